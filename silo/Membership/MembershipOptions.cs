using System.ComponentModel.DataAnnotations;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Membership;

/// <summary>The membership table. Section "Membership".</summary>
public sealed class MembershipOptions
{
    public const string Section = "Membership";

    /// <summary>sqlite or postgresql. Default sqlite. The same on all nodes of a cluster.</summary>
    public MembershipProvider Provider { get; set; } = MembershipProvider.Sqlite;

    /// <summary>How to reach PostgreSQL, in Npgsql's form; may hold a password and is never logged. Only with postgresql.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>TCP port on which a master serves the table and the others answer it. Null: two below Node:Port. Only with sqlite.</summary>
    [Range(1, 65535)]
    public int? Port { get; set; }

    /// <param name="nodePort">Node:Port.</param>
    /// <returns>0: this provider needs none.</returns>
    public int GetPort(int nodePort) => Provider == MembershipProvider.Sqlite ? Port ?? DefaultPorts.Table(nodePort) : 0;
}
