namespace P2PMiner.Silo.Hosting;

/// <summary>The current silo's host, for parts that outlive it. Any thread.</summary>
internal sealed class RunningSilo
{
    private volatile IServiceProvider? _services;

    /// <exception cref="InvalidOperationException">The silo is starting, or being replaced.</exception>
    public IServiceProvider Services
    {
        get => _services ?? throw new InvalidOperationException("the silo is not running yet");
        set => _services = value;
    }

    /// <exception cref="InvalidOperationException">As of <see cref="Services"/>.</exception>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();
}
