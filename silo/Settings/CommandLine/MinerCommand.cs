namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>What a command line asks for.</summary>
internal enum MinerCommand
{
    Mine,
    DryRun,
    Hash,
    Bench,
    ClusterInit,
    Join,
    Setup,
    TuneApply,
    TuneRestore,
    TuneStatus,
    Doctor,
    Completion,
    Help,
    Version,
}
