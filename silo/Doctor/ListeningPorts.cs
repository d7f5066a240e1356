using System.Globalization;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Doctor;

/// <summary>TCP ports that some program of this machine listens on, as the kernel lists them.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";

    /// <param name="root">Where /proc lies; "/" outside tests.</param>
    /// <returns>Null: the list cannot be read.</returns>
    public static IReadOnlySet<int>? Read(string root)
    {
        string[][] lists = [MachineText.Lines(root, "/proc/net/tcp"), MachineText.Lines(root, "/proc/net/tcp6")];
        return lists.All(list => list.Length == 0) ? null : lists.SelectMany(list => list.Skip(1)).Select(Port).OfType<int>().ToHashSet();
    }

    /// <summary>"   0: 0100007F:270F 00000000:0000 0A ...": number, own address and port, the other's, state.</summary>
    private static int? Port(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 3 && words[3] == Listening && words[1].Split(':') is [_, var port]
            && int.TryParse(port, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
