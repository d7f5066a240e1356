using System.Globalization;
using P2PMiner.Native;

namespace P2PMiner.Silo.Terminal;

/// <summary>Shows how a dataset is being made: progress meanwhile, the READY line when it is done. To be used by one thread.</summary>
internal sealed class DatasetWatch(Screen screen, TimeProvider clock, Action<string> print)
{
    private const int StepPercent = 25;
    private static readonly string[] Spinner = ["|", "/", "-", "\\"];

    private string? _dataset;
    private bool _ready;
    private long _since;
    private int _step;
    private int _spin;

    /// <param name="engine">Its current state, asked for several times a second.</param>
    public void Look(EngineStatus engine, int threadsWanted)
    {
        if (engine.Algorithm is null)
        {
            return;
        }

        var dataset = $"{engine.Algorithm} {engine.Seed}";
        if (dataset != _dataset)
        {
            (_dataset, _ready, _since, _step) = (dataset, false, clock.GetTimestamp(), 0);
        }

        if (_ready)
        {
            return;
        }

        if (engine.DatasetProgress >= 1)
        {
            _ready = true;
            screen.ShowProgress(null);
            print(ReadyLine.Format(engine, threadsWanted, clock.GetElapsedTime(_since)));
            return;
        }

        var percent = (int)(100 * engine.DatasetProgress);
        var took = clock.GetElapsedTime(_since).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        if (screen.IsTerminal)
        {
            screen.ShowProgress($"{Spinner[_spin++ % Spinner.Length]} {engine.Stage} {percent}% ({took} s)");
        }
        else if (percent / StepPercent > _step)
        {
            _step = percent / StepPercent;
            print($"{engine.Stage} {_step * StepPercent}% ({took} s)");
        }
    }
}
