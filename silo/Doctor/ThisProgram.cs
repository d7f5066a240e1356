namespace P2PMiner.Silo.Doctor;

/// <summary>What the two programs are called in a shell of this machine, so that a command can be pasted.</summary>
internal sealed record ThisProgram(string Miner, string Console)
{
    private const string Name = "p2p-miner";

    /// <summary>By a package: both are in the search path of every user, root included.</summary>
    public static ThisProgram Installed { get; } = new(Name, "p2p-console");

    /// <param name="path">Of this process.</param>
    public static ThisProgram At(string? path)
        => path is null || Path.GetFileName(path) != Name || path.StartsWith("/usr/", StringComparison.Ordinal) ? Installed
            : new(path, Path.Combine(Path.GetDirectoryName(path)!, Installed.Console));
}
