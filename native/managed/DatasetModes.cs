namespace P2PMiner.Native;

/// <summary>The names of a <see cref="DatasetMode"/>, between nodes and for people.</summary>
public static class DatasetModes
{
    /// <summary>"fast", "partial", "light", or "" for none.</summary>
    public static string ModeName(this DatasetMode mode) => mode switch
    {
        DatasetMode.None => "",
        DatasetMode.Light => "light",
        DatasetMode.Partial => "partial",
        DatasetMode.Fast => "fast",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "unknown mode"),
    };

    /// <summary>What another node says. A name that this version does not know is none: nothing can be asked of such a dataset.</summary>
    public static DatasetMode Read(string name) => Enum.GetValues<DatasetMode>().FirstOrDefault(mode => mode.ModeName() == name);
}
