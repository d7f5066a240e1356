using Microsoft.Extensions.Options;

namespace P2PMiner.Silo.Terminal;

/// <summary>
/// What a person sees of the running node: speed lines, dataset progress, and the answers to the keys h, p, r, s and c. Keys are
/// read where there is a terminal.
/// </summary>
internal sealed class MinerConsole(
    IMinerConsoleSource source, IKeyInput keys, Screen screen, IOptions<OutputOptions> options, TimeProvider clock, ILogger<MinerConsole> log)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>An answer to a key that takes longer is given up: the next key matters more.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private bool _readsKeys = true;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var printEvery = TimeSpan.FromSeconds(options.Value.PrintTime);
        var printed = clock.GetTimestamp();
        var dataset = new DatasetWatch(screen, clock, log.Line);
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                var engine = source.GetEngine();
                dataset.Look(engine, engine.Threads);
                if (printEvery > TimeSpan.Zero && clock.GetElapsedTime(printed) >= printEvery)
                {
                    printed = clock.GetTimestamp();
                    log.Line(SpeedLine.Format(engine.Rates));
                }

                if (ReadKey() is { } key)
                {
                    await AnswerAsync(key, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            screen.ShowProgress(null);
        }
    }

    private char? ReadKey()
    {
        if (!_readsKeys)
        {
            return null;
        }

        try
        {
            return keys.Read();
        }
        catch (IOException error)
        {
            _readsKeys = false;
            log.KeysLost(error);
            return null;
        }
    }

    private async Task AnswerAsync(char key, CancellationToken stopping)
    {
        try
        {
            await AnswerCoreAsync(char.ToLowerInvariant(key)).WaitAsync(AnswerWithin, clock, stopping);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            log.NoAnswer(error);
        }
    }

    private async Task AnswerCoreAsync(char key)
    {
        switch (key)
        {
            case 'h':
                Print(SpeedLine.FormatThreads(source.GetEngine()));
                break;
            case 'p':
                await source.PauseAsync();
                break;
            case 'r':
                await source.ResumeAsync();
                break;
            case 's':
                Print(PoolLines.Results(await source.GetPoolAsync(), await source.GetJobAsync()));
                break;
            case 'c':
                Print(PoolLines.Connection(await source.GetPoolAsync(), await source.GetJobAsync()));
                break;
        }
    }

    private void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            log.Line(line);
        }
    }
}
