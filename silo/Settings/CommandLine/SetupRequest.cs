namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>What a command line of setup answers beforehand; what it leaves out is asked at a terminal.</summary>
internal sealed record SetupRequest
{
    /// <summary>Keys in canonical form: Pool:Pools:N:..., Node:Algorithm, Node:Mode and Node:Data.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The pools' password is its first line; null: not given.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The join token is in its first line that is not blank; <see cref="StandardInput"/> or null: not given.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Leave the cluster that this node belongs to.</summary>
    public bool Replace { get; init; }

    public required IReadOnlyDictionary<SetupOffer, bool> Answers { get; init; }

    /// <summary>Yes to every offer that is not in <see cref="Answers"/>, where it is possible, and to what is asked last.</summary>
    public bool Yes { get; init; }

    /// <summary>Give back what the last setup changed.</summary>
    public bool Undo { get; init; }

    public const string StandardInput = "-";

    /// <summary>What an input with a join token should hold, for messages.</summary>
    public const string TokenInput = "the join token, or the line that p2p-console invite prints";

    public bool NamesPools => Settings.Keys.Any(key => key.StartsWith("Pool:Pools:", StringComparison.Ordinal));

    /// <summary>Nothing that could be done without asking.</summary>
    public bool IsEmpty => Settings.Count == 0 && TokenFile is null && Answers.Count == 0 && !Yes;
}
