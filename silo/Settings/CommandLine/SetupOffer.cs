namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>What setup offers to do to the machine beside writing settings.</summary>
internal enum SetupOffer
{
    HugePages,

    /// <summary>Model-specific registers of the processor.</summary>
    Registers,

    /// <summary>Full clock speed.</summary>
    Governor,

    /// <summary>Start mining now and at each boot.</summary>
    Service,
}
