namespace P2PMiner.Client;

/// <summary>What a person asks for.</summary>
internal enum ConsoleCommand
{
    Help,
    Version,
    Prompt,
    Status,
    Peers,
    Jobs,
    Pool,
    PoolAdd,
    PoolRemove,
    PoolSwitch,
    Watch,
    Pause,
    Resume,
    Threads,
    Drain,
    Quarantine,
    Release,
    Bench,
    Algo,
    Doctor,
    Alert,
    AlertTest,
    Invite,
    RotateKey,
    Completion,
}
