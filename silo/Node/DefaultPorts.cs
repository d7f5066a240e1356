namespace P2PMiner.Silo.Node;

/// <summary>The ports of a node follow <see cref="NodeOptions.Port"/> where they are not set one by one: a second node on a machine needs only that one.</summary>
internal static class DefaultPorts
{
    public static int Gateway(int port) => port - 1;

    /// <summary>Also where the table port of a node is looked for of which only the port between hosts is known.</summary>
    public static int Table(int port) => port - 2;
}
