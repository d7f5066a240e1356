namespace P2PMiner.Silo.Hosting;

/// <summary>The grains, for what outlives the silo's host. Any thread.</summary>
internal sealed class RunningSilo
{
    private volatile IGrainFactory? _grains;

    /// <exception cref="InvalidOperationException">The silo is starting, or being replaced.</exception>
    public IGrainFactory Grains
    {
        get => _grains ?? throw new InvalidOperationException("the silo is not running yet");
        set => _grains = value;
    }
}
