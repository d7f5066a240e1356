using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Tests.Docs;

namespace P2PMiner.Silo.Tests.Compat;

/// <summary>What the version named in packaging/compat-base wrote, in tests/vectors/compat.</summary>
internal static class CompatVectors
{
    public const string Versions = "versions.txt";
    public const string Contract = "contracts.txt";

    public static string Folder { get; } = Repository.PathOf("tests/vectors/compat");

    public static IReadOnlyList<ICompatFile> Files { get; } = [new WireMessages(), new BeaconMessages(), new TableMessages(), new DataFolderFiles()];

    /// <summary>The version of each thing by which nodes that cannot work together tell so.</summary>
    public static string VersionsNow => $"beacon {BeaconCodec.Version}\ntable {TableFrames.FormatVersion}\ncluster {ClusterName.Orleans}\n";

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file)).ReplaceLineEndings("\n");

    /// <summary>Writes all files anew with this version's code.</summary>
    public static void Record(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Files)
        {
            File.WriteAllText(Path.Combine(folder, file.FileName), CompatMessage.Write(file.Make()));
        }

        File.WriteAllText(Path.Combine(folder, Versions), VersionsNow);
        File.Copy(Repository.PathOf("tests/contracts.txt"), Path.Combine(folder, Contract), overwrite: true);
    }
}
