namespace P2PMiner.Native;

/// <summary>How many dataset items one thread computes in one go, so that it can be interrupted every 40 ms or so.</summary>
internal sealed class ChunkPace
{
    private const double TargetSeconds = 0.04;

    public ulong Items { get; private set; } = 8192;

    public void Fill(HashDatasetHandle dataset, BuildStep step, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        dataset.Init(step.First, step.Count);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        if (seconds > 0)
        {
            Items = (ulong)Math.Clamp(step.Count * TargetSeconds / seconds, 256, 1 << 20);
        }
    }
}
