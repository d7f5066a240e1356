using System.Text.RegularExpressions;

namespace P2PMiner.Client;

/// <summary>
/// Commands of the doctor that a node far away may propose. Whoever holds the cluster key can answer as a node, and what the console shows is pasted into a
/// root shell: so it shows only what is harmless in whatever answer it comes. The others are read on the machine itself.
/// </summary>
internal static partial class KnownCommand
{
    public static bool Matches(string command) => Form().IsMatch(command);

    [GeneratedRegex("""
        ^(
          sudo\ p2p-miner\ (tune\ apply|doctor|setup)
        | p2p-miner\ (setup|--threads\ [0-9]{1,4}|--dry-run|--randomx-mode\ auto)
        | (sudo\ )?p2p-console\ threads\ [0-9a-f]{8}\ [0-9]{1,4}(\ --gateway\ 127\.0\.0\.1:[0-9]{1,5})?
        | (sudo\ )?p2p-console\ resume\ [0-9a-f]{8}
        | sudo\ systemctl\ (start|restart|enable)\ p2p-miner
        | sudo\ systemctl\ (restart|enable\ --now)\ p2p-miner-tune
        | sudo\ systemctl\ set-property\ p2p-miner\.service\ (MemoryMax=infinity\ MemoryHigh=infinity|CPUQuota=)
        | sudo\ timedatectl\ set-ntp\ true
        | sudo\ ss\ -ltnp\ 'sport\ =\ :[0-9]{1,5}'
        | echo\ madvise\ \|\ sudo\ tee\ /sys/kernel/mm/transparent_hugepage/enabled
        )\z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
