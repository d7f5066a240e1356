namespace P2PMiner.Silo.Setup;

/// <summary>What starts services on this machine. Each call returns when it is done.</summary>
internal interface IServiceManager
{
    /// <summary>Why setup can use no unit here, as the end of a sentence; null: it can.</summary>
    string? Obstacle { get; }

    /// <summary>The unit is installed.</summary>
    bool Has(string unit);

    /// <exception cref="SetupException">The service manager refuses, or what it started failed. The same holds for the calls below.</exception>
    UnitState State(string unit);

    void Enable(string unit);

    void Disable(string unit);

    void Start(string unit);

    void Restart(string unit);

    void Stop(string unit);
}
