using P2PMiner.Alerts;
using P2PMiner.Peers;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Alerts;

/// <summary>
/// What this node knows of the cluster's alerts: the settings, its own or those that it heard of, and what the owner was told. In memory only: secrets that
/// were typed on one machine are not written to the disks of others. Any thread.
/// </summary>
internal sealed class AlertDesk
{
    /// <summary>Any member can invent ids.</summary>
    private const int MostWithout = 512;

    /// <summary>How far in the future the time of what another node tells may be: beacons refuse clocks that differ by two minutes.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<AlertKey, ToldAlert> _told = [];

    /// <summary>Nodes that have no settings of their own, by their own word: what others have heard of them is out of date.</summary>
    private readonly HashSet<NodeId> _without = [];

    private readonly ThisNode _node;
    private readonly Mastership _mastership;
    private readonly TimeProvider _clock;
    private readonly ILogger<AlertDesk> _log;
    private readonly LogLimit _refused;
    private readonly AlertSettings _own;
    private AlertSettings? _heard;

    public AlertDesk(ThisNode node, AlertOptions options, Mastership mastership, TimeProvider clock, ILogger<AlertDesk> log)
    {
        (_node, _mastership, _clock, _log) = (node, mastership, clock, log);
        _refused = new(clock, lines: 1, TimeSpan.FromHours(1));
        _own = options.ToSettings(node.Id);
        MailCommand = string.IsNullOrEmpty(options.MailCommand) ? null : options.MailCommand;
    }

    /// <summary>Of this node, and for this node only.</summary>
    public string? MailCommand { get; }

    /// <summary>There is a sink in this node's settings that others can use.</summary>
    public bool IsOrigin => _own.HasSinks;

    /// <summary>Those that count here: one's own go before what was heard. Null: there is nobody to tell.</summary>
    public AlertSettings? Settings
    {
        get
        {
            lock (_gate)
            {
                return Shared ?? (MailCommand is null ? null : _own);
            }
        }
    }

    public IReadOnlyList<ToldAlert> Told
    {
        get
        {
            lock (_gate)
            {
                return [.. _told.Values];
            }
        }
    }

    private AlertSettings? Shared => _own.HasSinks ? _own : _heard;

    /// <summary>For the master, or for a node that may be the next one.</summary>
    public AlertShare Known()
    {
        lock (_gate)
        {
            return new() { From = _node.Id, Settings = Shared, Told = [.. _told.Values] };
        }
    }

    /// <summary>Another node tells what it knows, and is told the same.</summary>
    public AlertShare Share(AlertShare known)
    {
        Hear(known.Told);
        lock (_gate)
        {
            // The settings of a node change by its own word only: others may have heard of them before.
            if (known.From is { } from && known.Settings?.Origin == from)
            {
                _without.Remove(from);
                if (_heard is null || _heard.Origin == from)
                {
                    Take(known.Settings);
                }
            }
            else
            {
                if (known.From is { } other && _without.Count < MostWithout)
                {
                    _without.Add(other);
                }

                _heard = _heard is not null && _without.Contains(_heard.Origin) ? null : _heard;
                if (_heard is null && known.Settings is { } settings && !_without.Contains(settings.Origin))
                {
                    Take(settings);
                }
            }
        }

        return known.From is { } asker && _mastership.Current.Peers.TryGetValue(asker, out var peer) && peer.Election.MayBeMaster ? Known() : AlertShare.None;
    }

    /// <summary>What the master has answered. None is ignored: a master may not have heard of any yet.</summary>
    public void Heard(AlertShare answer)
    {
        Hear(answer.Told);
        if (answer.Settings is { } settings)
        {
            lock (_gate)
            {
                Take(settings);
            }
        }
    }

    /// <summary>What the owner was told, by this node or another one. Of two times the later one counts.</summary>
    public void Hear(IEnumerable<ToldAlert> told)
    {
        var latest = (_clock.GetUtcNow() + MostAhead).ToUnixTimeMilliseconds();
        lock (_gate)
        {
            foreach (var one in told.Where(one => one.UnixMs <= latest))
            {
                var key = new AlertKey(one.Rule, one.Node);
                if (_told.TryGetValue(key, out var known) ? one.UnixMs > known.UnixMs : _told.Count < AlertShare.MostTold)
                {
                    _told[key] = one;
                }
            }
        }
    }

    /// <summary>The owner was told by this node.</summary>
    /// <returns>What the others must hear.</returns>
    public IReadOnlyList<ToldAlert> Record(IEnumerable<AlertChange> changes)
    {
        lock (_gate)
        {
            // Later than what an earlier master told, even if that one's clock was ahead.
            var told = changes.Select(change => change.ToTold()).Select(
                one => _told.TryGetValue(new(one.Rule, one.Node), out var known) && known.UnixMs >= one.UnixMs ? one with { UnixMs = known.UnixMs + 1 } : one)
                .ToList();
            foreach (var one in told)
            {
                _told[new(one.Rule, one.Node)] = one;
            }

            return told;
        }
    }

    private void Take(AlertSettings settings)
    {
        if (settings.Origin == _node.Id || settings == _heard)
        {
            return;
        }

        if (AlertOptionsValidator.Check(settings).FirstOrDefault() is { } wrong)
        {
            if (_refused.Allows(out _))
            {
                _log.AlertsRefused(settings.Origin.Short, wrong);
            }

            return;
        }

        _heard = settings;
        if (!_own.HasSinks)
        {
            _log.AlertsHeard(settings.Origin.Short);
        }
    }
}
