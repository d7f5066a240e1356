using Microsoft.Extensions.Logging;

namespace P2PMiner.Native;

/// <summary>Which priority and which CPUs each thread gets.</summary>
internal sealed class ThreadPlaces
{
    /// <summary>Added to the nice value of the hashing threads, so that the own mining comes first wherever both want a CPU.</summary>
    private const int GuestNiceness = 5;

    private readonly HashEngineOptions _options;
    private readonly ILogger _log;
    private readonly IReadOnlyList<int> _cpus;

    public ThreadPlaces(HashEngineOptions options, ILogger log)
    {
        (_options, _log) = (options, log);
        var usable = UsableCpus.Read();
        _cpus = UsableCpus.Split(options, usable).There;
        foreach (var warning in UsableCpus.Warnings(options, usable))
        {
            log.Unsuited(warning);
        }
    }

    /// <summary>How many CPUs hashing may use.</summary>
    public int Cpus => _cpus.Count > 0 ? _cpus.Count : Environment.ProcessorCount;

    /// <summary>Settles the calling thread.</summary>
    /// <param name="place">Of the thread among all: guests follow behind the mining threads.</param>
    public void Settle(string name, int place, bool isGuest)
    {
        int? cpu = _cpus.Count == 0 ? null : _cpus[place % _cpus.Count];
        var niceness = Math.Min(19, _options.Niceness + (isGuest ? GuestNiceness : 0));
        ThreadSettings.Apply(name, niceness, cpu, NumaMachine.TurnOf(place, _options), _log);
    }
}
