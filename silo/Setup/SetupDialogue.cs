using System.Globalization;
using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Security;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// Makes the plan of a setup: takes what the command line answers, and asks for the rest where there is somebody to ask. Changes nothing. What is kept by
/// Enter is not written, so that a value of another file goes on to come from there.
/// </summary>
/// <param name="questions">Null: nobody is there, and what the command line leaves out stays as it is.</param>
/// <param name="token">The join token of the command line; null: none is given. Secret.</param>
/// <param name="password">Of the pools of the command line; null: none is given.</param>
internal sealed class SetupDialogue(
    IQuestions? questions, SetupRequest request, string? token, string? password, PresentSetup present, INodeKey key, IServiceManager services)
{
    private const string Pools = "Pool:Pools:";
    private const string AlgorithmKey = $"{NodeOptions.Section}:{nameof(NodeOptions.Algorithm)}";
    private const string ModeKey = $"{NodeOptions.Section}:{nameof(NodeOptions.Mode)}";
    private const string DataKey = $"{NodeOptions.Section}:{nameof(NodeOptions.Data)}";
    private const string PracticeKey = "Pool:Practice";

    private static readonly (SetupOffer Offer, string Key, string Question)[] TuningParts =
    [
        (SetupOffer.HugePages, $"{TuningOptions.Section}:{nameof(TuningOptions.HugePages)}",
            "Set memory aside as huge pages? Hashing gets faster, and other programs cannot use that memory meanwhile."),
        (SetupOffer.Registers, $"{TuningOptions.Section}:{nameof(TuningOptions.Msr)}",
            "Set registers of the processor (MSR) for hashing? RandomX gets faster, and some other programs may get slower meanwhile."),
        (SetupOffer.Governor, $"{TuningOptions.Section}:{nameof(TuningOptions.Governor)}",
            "Let the processor run at full clock speed (governor)? It takes more power."),
    ];

    private readonly Dictionary<string, string> _settings = new(present.Own, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="CommandLineException">An answer of the command line is wrong, or the input has ended.</exception>
    /// <exception cref="SetupException">Something is asked for that cannot be done here.</exception>
    public async Task<SetupPlan> AskAsync(CancellationToken cancellation)
    {
        if (questions is null && request.IsEmpty)
        {
            throw new CommandLineException("setup: there is no terminal to ask at; give --pool and --user, or --join-token-file, and what else you want of "
                + "--algo, --mode, --huge-pages, --msr, --governor and --service");
        }

        questions?.Say("Enter keeps what is in [brackets]. Nothing is changed before the end, where you are asked once more. Ctrl-C stops.");
        var member = await MemberAsync(cancellation);
        await AlgorithmAsync(cancellation);
        if (member is null)
        {
            await PoolsAsync(cancellation);
        }

        await ModeAsync(cancellation);
        if (request.Settings.TryGetValue(DataKey, out var folder))
        {
            Set(DataKey, folder);
        }

        var tunes = await TuneAsync(cancellation);
        var hasChanged = !Same(_settings, present.Own);
        var service = await ServiceAsync(hasChanged || member is not null, cancellation);
        var units = new List<SetupPlan.UnitPlan>();
        if (tunes is { } enable)
        {
            units.Add(new(Units.Tune, enable));
        }

        if (service)
        {
            units.Add(new(Units.Miner, Enable: true));
        }

        return new() { Settings = hasChanged ? _settings : null, Key = member, Units = units };
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

        if (questions is null || request.NamesPools)
        {
            return null;
        }

        questions.Say("");
        questions.Say(here is null ? "Do other machines of yours mine already? To join them, paste the token that p2p-console invite prints there."
            : $"This machine belongs to {here}. To leave it for another one, paste a token that p2p-console invite prints there.");
        while (true)
        {
            var typed = Cleaned(await questions.AskHiddenAsync("Join token (not shown) [none]:", cancellation));
            if (typed.Length == 0)
            {
                return null;
            }

            try
            {
                // What is printed is a whole command, and may be pasted as such.
                var given = ReadToken(typed.Split(' ')[^1]);
                if (given.Equals(here))
                {
                    questions.Say($"It belongs to {here} already.");
                    return null;
                }

                questions.Say($"This token is of {given}.");
                if (here is null || await YesAsync($"Leave {here} for {given}?", false, cancellation))
                {
                    return given;
                }
            }
            catch (CommandLineException error)
            {
                questions.Say(error.Message);
            }
        }
    }

    private static ClusterKey ReadToken(string text)
    {
        try
        {
            return JoinToken.Read(PastedText.Trim(text));
        }
        catch (ClusterKeyException error)
        {
            throw new CommandLineException(error.Message);
        }
    }

    private async Task AlgorithmAsync(CancellationToken cancellation)
        => await SettingAsync(AlgorithmKey, "What to mine: randomx (Monero), rx/2 or ghostrider (Raptoreum)?", new NodeOptions().Algorithm,
            text => OptionValues.Algorithm("algorithm", ByCoin(text)), cancellation);

    private static string ByCoin(string text) => text.ToLowerInvariant() switch { "monero" or "xmr" => "randomx", "raptoreum" or "rtm" => "ghostrider", _ => text };

    private async Task ModeAsync(CancellationToken cancellation)
        => await SettingAsync(ModeKey, "May this machine lead the others, and talk to the pool? auto (yes, if elected), master (before others) or worker (never):",
            "auto", text => OptionValues.OneOf("auto", "master", "worker")("mode", text), cancellation);

    /// <param name="read">Gives the canonical form; throws <see cref="CommandLineException"/>.</param>
    private async Task SettingAsync(string name, string question, string usual, Func<string, string> read, CancellationToken cancellation)
    {
        if (request.Settings.TryGetValue(name, out var given))
        {
            Set(name, given);
            return;
        }

        while (questions is not null)
        {
            var now = Now(name) ?? usual;
            var typed = Cleaned(await questions.AskAsync($"{question} [{OutsideText.Clean(now.ToLowerInvariant())}]", cancellation));
            try
            {
                if (typed.Length > 0)
                {
                    Set(name, read(typed));
                }

                return;
            }
            catch (CommandLineException error)
            {
                questions.Say(error.Message);
            }
        }
    }

    private async Task PoolsAsync(CancellationToken cancellation)
    {
        if (request.NamesPools)
        {
            var given = request.Settings.Where(pair => pair.Key.StartsWith(Pools, StringComparison.Ordinal)).ToDictionary();
            foreach (var url in given.Where(pair => pair.Key.EndsWith(":Url", StringComparison.Ordinal)).ToList())
            {
                var entry = url.Key[..^nameof(PoolEntry.Url).Length];
                if (password is not null)
                {
                    given[entry + nameof(PoolEntry.Pass)] = password;
                }

                if (given.TryGetValue(entry + nameof(PoolEntry.User), out var user) && FaultOf(url.Value, user) is { IsCertain: true } fault)
                {
                    throw new CommandLineException($"--user: {fault.Text}");
                }
            }

            Replace(given);
        }
        else if (questions is not null)
        {
            await AskPoolsAsync(questions, cancellation);
        }
    }

    private async Task AskPoolsAsync(IQuestions person, CancellationToken cancellation)
    {
        var list = present.InEffect.Where(pair => pair.Key.StartsWith(Pools, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        var (kept, hasChanged) = (list.Count > 0, false);
        while (true)
        {
            var typed = Cleaned(await person.AskAsync($"Pool, as stratum+ssl://HOST:PORT [{Shown(list)}]:", cancellation));
            if (typed.Length == 0)
            {
                if (list.Count > 0)
                {
                    break;
                }

                if (await YesAsync("Without a pool nothing is mined, unless other machines have one. Go on without?", false, cancellation))
                {
                    return;
                }
            }
            else if (!PastedText.IsLegible(typed))
            {
                person.Say($"It {PastedText.Problem}.");
            }
            else if (!PoolUrl.TryParse(DaemonLogin.Split(typed).Url, out _, out var error))
            {
                person.Say(error);
            }
            else
            {
                (list, kept, hasChanged) = (new(StringComparer.OrdinalIgnoreCase) { [Entry(0, nameof(PoolEntry.Url))] = typed }, false, true);
                break;
            }
        }

        var url = list.GetValueOrDefault(Entry(0, nameof(PoolEntry.Url)), "");
        if (await UserAsync(person, url, list.GetValueOrDefault(Entry(0, nameof(PoolEntry.User))), cancellation) is { } user)
        {
            SetOnAll(list, nameof(PoolEntry.User), user);
            hasChanged = true;
        }

        if (await PasswordAsync(person, kept, cancellation) is { } secret)
        {
            SetOnAll(list, nameof(PoolEntry.Pass), secret);
            hasChanged = true;
        }

        if (hasChanged)
        {
            Replace(list);
        }
    }

    /// <returns>Null: as before.</returns>
    private async Task<string?> UserAsync(IQuestions person, string url, string? before, CancellationToken cancellation)
    {
        while (true)
        {
            var typed = Cleaned(await person.AskAsync($"Wallet address, or what the pool calls you [{(before is null ? "none" : Wallet.Shorten(OutsideText.Clean(before)))}]:", cancellation));
            if (typed.Length == 0 && before is not null)
            {
                return null;
            }

            if (typed.Length == 0)
            {
                person.Say("The pool needs to know who is paid.");
                continue;
            }

            if (!PastedText.IsLegible(typed))
            {
                person.Say($"It {PastedText.Problem}.");
                continue;
            }

            var found = FaultOf(url, typed);
            if (found is null)
            {
                return typed;
            }

            person.Say(found.Text);
            if (await YesAsync("Use it all the same?", false, cancellation))
            {
                return typed;
            }
        }
    }

    /// <returns>Null: as before, or none.</returns>
    private static async Task<string?> PasswordAsync(IQuestions person, bool isKept, CancellationToken cancellation)
    {
        while (true)
        {
            var typed = PastedText.TrimPassword(await person.AskHiddenAsync($"Password for the pool (not shown) [{(isKept ? "as before" : "x, as most pools want it")}]:", cancellation));
            if (PastedText.IsPassword(typed))
            {
                return typed.Length == 0 ? null : typed;
            }

            person.Say($"It {PastedText.Problem}.");
        }
    }

    private PoolUser.Fault? FaultOf(string url, string user)
    {
        _ = AlgorithmNames.TryParse(Now(AlgorithmKey) ?? new NodeOptions().Algorithm, out var algorithm);
        return PoolUser.FindFault(url, user, algorithm);
    }

    /// <returns>Whether the unit is to be enabled; null: it is left alone.</returns>
    private async Task<bool?> TuneAsync(CancellationToken cancellation)
    {
        if (services.Obstacle is { } obstacle)
        {
            Refuse([SetupOffer.HugePages, SetupOffer.Registers, SetupOffer.Governor], obstacle);
            return null;
        }

        if (!services.Has(Units.Tune))
        {
            Refuse([SetupOffer.HugePages, SetupOffer.Registers, SetupOffer.Governor], $"{Units.Tune} is not installed");
            return null;
        }

        var state = services.State(Units.Tune);
        var answers = new Dictionary<string, bool>();
        foreach (var (offer, name, question) in TuningParts)
        {
            answers[name] = await OfferAsync(offer, question, state.IsEnabled && !IsOff(name), cancellation);
        }

        if (!answers.ContainsValue(true) && !state.IsEnabled)
        {
            return null;
        }

        var hasChanged = false;
        foreach (var (name, answer) in answers.Where(part => part.Value == IsOff(part.Key)))
        {
            hasChanged |= Set(name, answer ? "true" : "false");
        }

        // All are on unless a file says otherwise.
        bool IsOff(string name) => bool.FalseString.Equals(Now(name), StringComparison.OrdinalIgnoreCase);

        return answers.ContainsValue(true) ? (hasChanged || !state.IsEnabled || !state.IsActive ? true : null) : hasChanged ? false : null;
    }

    private async Task<bool> ServiceAsync(bool hasChanged, CancellationToken cancellation)
    {
        if (services.Obstacle is { } obstacle)
        {
            Refuse([SetupOffer.Service], obstacle);
            return false;
        }

        var state = services.State(Units.Miner);
        return (hasChanged || !state.IsEnabled || !state.IsActive) && await OfferAsync(SetupOffer.Service,
            state.IsActive ? $"The service mines by the former settings. Restart it now{(state.IsEnabled ? "" : ", and start it at each boot")}?" : "Start the service, which mines now and after each boot?",
            false, cancellation);
    }

    private async Task<bool> OfferAsync(SetupOffer offer, string question, bool now, CancellationToken cancellation)
        => request.Answers.TryGetValue(offer, out var given) ? given
            : request.Yes || (questions is null ? now : await YesAsync(question, now, cancellation));

    private void Refuse(IReadOnlyList<SetupOffer> offers, string obstacle)
    {
        if (offers.FirstOrDefault(offer => request.Answers.GetValueOrDefault(offer), (SetupOffer)(-1)) is var asked && Enum.IsDefined(asked))
        {
            throw new SetupException($"{new OptionTable().SetupOffers[asked].Name}: cannot be done, because {obstacle}");
        }
    }

    private async Task<bool> YesAsync(string question, bool usual, CancellationToken cancellation)
    {
        while (true)
        {
            switch (Cleaned(await questions!.AskAsync($"{question} [{(usual ? "yes" : "no")}]", cancellation)).ToLowerInvariant())
            {
                case "":
                    return usual;
                case "y" or "yes":
                    return true;
                case "n" or "no":
                    return false;
                default:
                    questions.Say("Please answer yes or no.");
                    break;
            }
        }
    }

    /// <summary>Puts these pools in place of all others in the file.</summary>
    private void Replace(Dictionary<string, string> pools)
    {
        foreach (var name in _settings.Keys.Where(name => name.StartsWith(Pools, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            _settings.Remove(name);
        }

        foreach (var (name, value) in pools)
        {
            _settings[name] = value;
        }

        if (bool.TrueString.Equals(Now(PracticeKey), StringComparison.OrdinalIgnoreCase))
        {
            // Whoever names a pool wants to mine there.
            Set(PracticeKey, "false");
        }
    }

    private static void SetOnAll(Dictionary<string, string> pools, string name, string value)
    {
        foreach (var url in pools.Keys.Where(key => key.EndsWith(":Url", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            pools[url[..^nameof(PoolEntry.Url).Length] + name] = value;
        }
    }

    private static string Shown(Dictionary<string, string> pools)
    {
        var urls = pools.Where(pair => pair.Key.EndsWith(":Url", StringComparison.OrdinalIgnoreCase)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Value).ToList();
        return urls.Count == 0 ? "none"
            : OutsideText.Clean(DaemonLogin.Split(urls[0]).Url) + (urls.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {urls.Count - 1} more") : "");
    }

    private static string Entry(int index, string name) => string.Create(CultureInfo.InvariantCulture, $"{Pools}{index}:{name}");

    private string? Now(string name) => _settings.GetValueOrDefault(name) ?? present.InEffect.GetValueOrDefault(name);

    /// <returns>False: it was so before.</returns>
    private bool Set(string name, string value)
    {
        if (string.Equals(Now(name), value, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        _settings[name] = value;
        return true;
    }

    /// <summary>Without what copying adds at both ends, also a pair of quotes.</summary>
    private static string Cleaned(string typed)
    {
        var text = PastedText.Trim(typed);
        return text.Length >= 2 && (text[0], text[^1]) is ('"', '"') or ('\'', '\'') or ('“', '”') or ('‘', '’') ? PastedText.Trim(text[1..^1]) : text;
    }

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other)
        => one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
