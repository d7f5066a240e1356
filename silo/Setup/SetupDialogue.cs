using P2PMiner.Doctor;
using P2PMiner.Pools.Connections;
using P2PMiner.Security;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// Makes the plan of a setup: takes what the command line answers, and asks for the rest where there is somebody to ask. Changes nothing.
/// </summary>
/// <param name="questions">Null: nobody is there, and what the command line leaves out stays as it is.</param>
/// <param name="token">The join token of the command line; null: none is given. Secret.</param>
/// <param name="password">Of the pools of the command line; null: none is given.</param>
internal sealed class SetupDialogue(
    IQuestions? questions, SetupRequest request, string? token, string? password, PresentSetup present, INodeKey key, IServiceManager services)
{
    private const string ModeKey = $"{NodeOptions.Section}:{nameof(NodeOptions.Mode)}";
    private const string Worker = "worker";
    private const string DataKey = $"{NodeOptions.Section}:{nameof(NodeOptions.Data)}";

    private static readonly (SetupOffer Offer, string Key, string Left, string Question)[] TuningParts =
    [
        (SetupOffer.HugePages, $"{TuningOptions.Section}:{nameof(TuningOptions.HugePages)}", "Huge pages are left as they are",
            "Set memory aside as huge pages? Hashing gets faster, and other programs cannot use that memory meanwhile."),
        (SetupOffer.Registers, $"{TuningOptions.Section}:{nameof(TuningOptions.Msr)}", "Registers of the processor (MSR) are left as they are",
            "Set registers of the processor (MSR) for hashing? RandomX gets faster, and some other programs may get slower meanwhile."),
        (SetupOffer.Governor, $"{TuningOptions.Section}:{nameof(TuningOptions.Governor)}", "The clock speed (governor) is left as it is",
            "Let the processor run at full clock speed (governor)? It takes more power."),
    ];

    private readonly Answers? _person = questions is null ? null : new(questions);
    private readonly SettingsDraft _draft = new(present);
    private readonly List<string> _notes = [];
    private readonly List<SetupPlan.Refusal> _notDone = [];

    /// <exception cref="CommandLineException">An answer of the command line is wrong, or the input has ended.</exception>
    /// <exception cref="SetupException">The service manager refuses to say how a unit stands.</exception>
    public async Task<SetupPlan> AskAsync(CancellationToken cancellation)
    {
        if (_person is null && request.IsEmpty)
        {
            throw new CommandLineException("setup: there is no terminal to ask at; give --pool and --user, or --join-token-file, and what else you want of "
                + "--algo, --mode, --huge-pages, --msr, --governor and --service");
        }

        _person?.Say("Enter keeps what is in [brackets]. Nothing is changed before the end, where you are asked once more. Ctrl-C stops.");
        var member = await MemberAsync(cancellation);
        await SettingAsync(SettingsDraft.AlgorithmKey, "What to mine: randomx (Monero), rx/2 or ghostrider (Raptoreum)?", new NodeOptions().Algorithm,
            text => OptionValues.Algorithm("algorithm", text), cancellation);
        if (member is null || _draft.FormerCoin is not null)
        {
            // Who joins learns the pools from the others, but keeps own ones that there are, and uses them as master.
            await PoolsAsync(joins: member is not null, cancellation);
        }

        await SettingAsync(ModeKey, "May this machine lead the others, and talk to the pool? auto (yes, if elected), master (before others) or worker (never):",
            "auto", text => OptionValues.OneOf("auto", "master", Worker)("mode", ModeOf(text)), cancellation);
        if (request.Settings.TryGetValue(DataKey, out var folder))
        {
            _draft.Set(DataKey, folder);
        }

        var units = new List<SetupPlan.UnitPlan>();
        if (await TuneAsync(cancellation) is { } enable)
        {
            units.Add(new(Units.Tune, enable));
        }

        if (await ServiceAsync(_draft.HasChanged || member is not null, cancellation))
        {
            units.Add(new(Units.Miner, Enable: true));
        }

        return new() { Settings = _draft.HasChanged ? _draft.Settings : null, Key = member, Units = units, NotDone = _notDone, Notes = [.. _notes.Distinct()] };
    }

    private async Task<ClusterKey?> MemberAsync(CancellationToken cancellation)
    {
        var here = key.Current();
        if (token is not null)
        {
            var given = ReadToken(token);
            return given.Equals(here) ? null
                : here is null || request.Replace ? given
                : throw new CommandLineException($"--join-token-file: this machine belongs to {here} already; with --replace it leaves that");
        }

        return _person is null || request.NamesPools ? null : await AskMemberAsync(_person, here, cancellation);
    }

    private static async Task<ClusterKey?> AskMemberAsync(Answers person, ClusterKey? here, CancellationToken cancellation)
    {
        person.Say("");
        person.Say(here is null ? "Do other machines of yours mine already? To join them, paste the token that p2p-console invite prints there."
            : $"This machine belongs to {here}. To leave it for another one, paste a token that p2p-console invite prints there.");
        while (true)
        {
            var typed = await person.AskHiddenAsync("Join token (not shown) [none]:", cancellation);
            if (typed.Length == 0)
            {
                return null;
            }

            try
            {
                var given = ReadToken(typed);
                person.Say($"This token is of {given}.");
                if (given.Equals(here))
                {
                    person.Say("This machine belongs to it already.");
                    return null;
                }

                if (here is null || await person.AgreesAsync($"Leave {here} for {given}?", false, cancellation))
                {
                    return given;
                }
            }
            catch (CommandLineException error)
            {
                person.Say(error.Message);
            }
        }
    }

    private static ClusterKey ReadToken(string text)
    {
        try
        {
            return JoinToken.ReadPasted(text);
        }
        catch (ClusterKeyException error)
        {
            throw new CommandLineException(error.Message);
        }
    }

    /// <summary>"May this machine lead" can be answered by yes or no, too. A master that may lead stays one.</summary>
    private string ModeOf(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "y" => _draft.Now(ModeKey) is { } now && !now.Equals(Worker, StringComparison.OrdinalIgnoreCase) ? now : "auto",
        "no" or "n" or "never" => Worker,
        _ => text,
    };

    /// <param name="read">Gives the canonical form; throws <see cref="CommandLineException"/>.</param>
    private async Task SettingAsync(string name, string question, string usual, Func<string, string> read, CancellationToken cancellation)
    {
        if (request.Settings.TryGetValue(name, out var given))
        {
            _draft.Set(name, given);
            return;
        }

        while (_person is not null)
        {
            var now = _draft.Now(name) ?? usual;
            var typed = await _person.AskAsync($"{question} [{OutsideText.Clean(now.ToLowerInvariant())}]", cancellation);
            try
            {
                if (typed.Length > 0)
                {
                    _draft.Set(name, read(typed));
                }

                return;
            }
            catch (CommandLineException error)
            {
                _person.Say(error.Message);
            }
        }
    }

    private async Task PoolsAsync(bool joins, CancellationToken cancellation)
    {
        if (!request.NamesPools && _person is not null)
        {
            await new PoolQuestions(_person, _draft).AskAsync(cancellation);
            return;
        }

        if (!request.NamesPools)
        {
            if (_draft.FormerCoin is { } former)
            {
                throw new CommandLineException($"--algo: the pool and the wallet that are set are for {former}; name those for {_draft.Coin} with --pool and --user"
                    + (joins ? " in a setup of its own, and join then" : ""));
            }

            return;
        }

        var given = request.Settings.Where(pair => SettingsDraft.IsOfPool(pair.Key)).ToDictionary();
        foreach (var entry in SettingsDraft.EntriesOf(given))
        {
            if (password is not null)
            {
                given[entry + nameof(PoolEntry.Pass)] = password;
            }

            var (url, user) = (given[entry + nameof(PoolEntry.Url)], given[entry + nameof(PoolEntry.User)]);
            if (PoolQuestions.FaultOf(url, user, _draft.Algorithm) is { } fault)
            {
                _notes.Add(fault.IsWrong ? throw new CommandLineException($"--user: {fault.Text}") : fault.Text);
            }
        }

        _draft.ReplacePools(given);
    }

    /// <returns>Whether the unit is to be enabled; null: it is left alone.</returns>
    private async Task<bool?> TuneAsync(CancellationToken cancellation)
    {
        if ((services.Obstacle ?? (services.Has(Units.Tune) ? null : $"{Units.Tune} is not installed")) is { } obstacle)
        {
            foreach (var (offer, _, _, _) in TuningParts)
            {
                Refuse(offer, present.Impossible.GetValueOrDefault(offer, obstacle));
            }

            return null;
        }

        var state = services.State(Units.Tune);
        var answers = new Dictionary<string, bool>();
        foreach (var (offer, name, left, question) in TuningParts)
        {
            if (present.Impossible.TryGetValue(offer, out var why))
            {
                LeaveOut(offer, left, why);
            }
            else
            {
                answers[name] = await OfferAsync(offer, question, state.IsEnabled && !IsOff(name), cancellation);
            }
        }

        if (!answers.ContainsValue(true) && !state.IsEnabled)
        {
            return null;
        }

        var hasChanged = false;
        foreach (var (name, answer) in answers.Where(part => part.Value == IsOff(part.Key)))
        {
            hasChanged |= _draft.Set(name, answer ? "true" : "false");
        }

        var isWanted = answers.ContainsValue(true);
        return hasChanged || (isWanted && (!state.IsEnabled || !state.IsActive)) ? isWanted : null;

        // All are on unless a file says otherwise.
        bool IsOff(string name) => bool.FalseString.Equals(_draft.Now(name), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<bool> ServiceAsync(bool hasChanged, CancellationToken cancellation)
    {
        if (services.Obstacle is { } obstacle)
        {
            Refuse(SetupOffer.Service, obstacle);
            return false;
        }

        var state = services.State(Units.Miner);
        var question = !state.IsActive ? "Start the service, which mines now and after each boot?"
            : $"The service mines by the former settings. Restart it now{(state.IsEnabled ? "" : ", and start it at each boot")}?";
        return (hasChanged || !state.IsEnabled || !state.IsActive) && await OfferAsync(SetupOffer.Service, question, usual: false, cancellation);
    }

    /// <param name="usual">What Enter means, and no answer where nobody is there.</param>
    private async Task<bool> OfferAsync(SetupOffer offer, string question, bool usual, CancellationToken cancellation)
        => request.Answers.TryGetValue(offer, out var given) ? given
            : request.Yes || (_person is null ? usual : await _person.AgreesAsync(question, usual, cancellation));

    /// <summary>What was asked for by name is told at the end, and is no reason to leave the rest undone.</summary>
    private void Refuse(SetupOffer offer, string obstacle)
    {
        if (request.Answers.GetValueOrDefault(offer))
        {
            _notDone.Add(new(offer, obstacle));
        }
    }

    private void LeaveOut(SetupOffer offer, string left, string why)
    {
        Refuse(offer, why);
        if (!request.Answers.ContainsKey(offer))
        {
            if (_person is not null)
            {
                _person.Say($"{left}: {why}.");
            }
            else if (request.Yes)
            {
                _notes.Add($"{left}: {why}.");
            }
        }
    }
}
