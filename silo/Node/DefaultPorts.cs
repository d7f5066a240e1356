namespace P2PMiner.Silo.Node;

/// <summary>
/// The ports of a node follow <see cref="NodeOptions.Port"/> unless they are set one by one: a second node on a machine needs only that
/// setting.
/// </summary>
internal static class DefaultPorts
{
    public static int Gateway(int port) => port - 1;

    /// <summary>Also used to find the table port of a node when only its port between nodes is known.</summary>
    public static int Table(int port) => port - 2;
}
