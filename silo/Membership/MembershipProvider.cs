namespace P2PMiner.Silo.Membership;

/// <summary>Where the membership table lives.</summary>
public enum MembershipProvider
{
    /// <summary>In a file of the elected master; needs nothing else.</summary>
    Sqlite = 0,

    /// <summary>In a PostgreSQL that all nodes reach, for larger sites.</summary>
    PostgreSql = 1,
}
