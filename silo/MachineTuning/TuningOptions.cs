namespace P2PMiner.Silo.MachineTuning;

/// <summary>What `p2p-miner tune` may change on this machine. The miner itself changes none of it.</summary>
internal sealed class TuningOptions
{
    public const string Section = "Tuning";

    /// <summary>Registers of the processor, by <see cref="MsrPreset"/>. Other programs may become slower.</summary>
    public bool Msr { get; set; } = true;

    /// <summary>Set huge pages aside for the dataset and the threads.</summary>
    public bool HugePages { get; set; } = true;

    /// <summary>Have the processor run at full clock speed.</summary>
    public bool Governor { get; set; } = true;
}
