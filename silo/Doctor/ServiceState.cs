namespace P2PMiner.Silo.Doctor;

/// <summary>A unit as systemd sees it.</summary>
/// <param name="Load">"loaded", or "not-found" where it is not installed.</param>
/// <param name="Active">"active", "inactive", "failed", "activating".</param>
/// <param name="File">"enabled", "disabled", "static".</param>
internal sealed record ServiceState(string Load, string Active, string File)
{
    public bool IsInstalled => Load == "loaded";

    /// <summary>Of <c>systemctl show -p LoadState -p ActiveState -p UnitFileState</c>.</summary>
    public static ServiceState Parse(string output)
    {
        return new(Value("LoadState"), Value("ActiveState"), Value("UnitFileState"));

        string Value(string name) => output.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2 && pair[0] == name)
            .Select(pair => pair[1].Trim()).FirstOrDefault() ?? "";
    }
}
