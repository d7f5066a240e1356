using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using P2PMiner.CommandLines;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Keys;
using P2PMiner.Peers;
using P2PMiner.Pool;

namespace P2PMiner.Client;

/// <summary>Reads command lines, from the shell and from the prompt in the same way. Used for one line.</summary>
internal sealed class RequestParser
{
    private const int DefaultBenchSeconds = 10;
    private const double DefaultGraceHours = 24;

    /// <summary>Several times the minute in which nodes switch; less would be of no use.</summary>
    private const double MinGraceHours = 0.1;

    /// <summary>Where a pool's password can be given without being visible in the process list.</summary>
    private const string PassVariable = "P2P_PASS";
    private const string RpcLoginVariable = "P2P_RPC_LOGIN";

    public const string ProgramName = "p2p-console";

    private const string HelpWord = "help";
    private const string All = "all";

    private readonly Option<string> _gateway = new("--gateway") { Recursive = true };
    private readonly Option<bool> _json = new("--json") { Recursive = true };
    private readonly Option<bool> _help = new("--help", "-h") { Recursive = true };
    private readonly Option<bool> _version = new("--version");
    private readonly Argument<string?> _nodeOrAll = new("NODE") { Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string> _node = new("NODE");
    private readonly Argument<string> _threads = new("N");
    private readonly Argument<string[]> _algorithms = new("NAME") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _seconds = new("--seconds");
    private readonly Option<string> _data = new("--data") { Recursive = true };
    private readonly Option<string> _grace = new("--grace");
    private readonly Option<bool> _withToken = new("--with-token");
    private readonly Argument<string[]> _words = new("COMMAND") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Argument<string> _url = new("URL");
    private readonly Option<string> _user = new("--user", "-u");
    private readonly Option<string> _pass = new("--pass");
    private readonly Option<string> _rigId = new("--rig-id");
    private readonly Option<string> _tlsFingerprint = new("--tls-fingerprint");
    private readonly Option<bool> _tlsStrict = new("--tls-strict");
    private readonly Option<string> _socks5 = new("--socks5");
    private readonly Option<string> _rpcLogin = new("--rpc-login");
    private readonly Option<bool> _niceHash = new("--nicehash");
    private readonly Option<bool> _keepAlive = new("--keepalive");
    private readonly Dictionary<Command, ConsoleCommand> _commands = [];
    private readonly Command _root;

    private RequestParser()
    {
        _root = new(ProgramName) { _gateway, _data, _json, _help, _version };
        _root.SetAction(_ => 0);
        foreach (var name in new[] { ConsoleCommand.Status, ConsoleCommand.Peers, ConsoleCommand.Jobs, ConsoleCommand.Watch })
        {
            Add(_root, name);
        }

        Add(_root, ConsoleCommand.Pause, _nodeOrAll);
        Add(_root, ConsoleCommand.Resume, _nodeOrAll);
        Add(_root, ConsoleCommand.Doctor, _nodeOrAll);
        Add(_root, ConsoleCommand.Threads, _node, _threads);
        foreach (var name in new[] { ConsoleCommand.Drain, ConsoleCommand.Quarantine, ConsoleCommand.Release })
        {
            Add(_root, name, _node);
        }

        Add(_root, ConsoleCommand.Bench, _node).Options.Add(_seconds);
        Add(_root, ConsoleCommand.Algo, _algorithms);
        Add(_root, ConsoleCommand.Invite);
        var rotate = Add(_root, ConsoleCommand.RotateKey);
        rotate.Options.Add(_grace);
        rotate.Options.Add(_withToken);
        var pool = Add(_root, ConsoleCommand.Pool);
        var add = Add(pool, ConsoleCommand.PoolAdd, _url);
        foreach (var option in new Option[] { _user, _pass, _rigId, _tlsFingerprint, _tlsStrict, _socks5, _rpcLogin, _niceHash, _keepAlive })
        {
            add.Options.Add(option);
        }

        Add(Add(_root, ConsoleCommand.Alert), ConsoleCommand.AlertTest);
        Add(pool, ConsoleCommand.PoolRemove, _url);
        Add(pool, ConsoleCommand.PoolSwitch, _url);
        Add(_root, ConsoleCommand.Completion);
        Add(_root, ConsoleCommand.Help, _words);
    }

    /// <summary>The words a line can begin with.</summary>
    public static IReadOnlyList<string> CommandNames { get; } = [.. new RequestParser()._root.Subcommands.Select(command => command.Name).Order()];

    /// <summary>Every name of every option of all commands.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = [.. NamesOf(new RequestParser()._root).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The long names of the options that every command has.</summary>
    public static IEnumerable<string> CommonOptions { get; }
        = [.. new RequestParser()._root.Options.Where(option => option.Recursive).Select(option => option.Name)];

    /// <summary>The long names of the options of one command that not every command has; of null: those of the program.</summary>
    public static IEnumerable<string> OwnOptions(ConsoleCommand? command)
    {
        var parser = new RequestParser();
        return (command is { } one ? parser.Find(one) : parser._root).Options.Select(option => option.Name);
    }

    /// <summary>As a shell completes them; behind help come the words of the others.</summary>
    public static IReadOnlyList<CompletedCommand> Completed()
    {
        var parser = new RequestParser();
        Command[] all = [parser._root, .. parser._commands.Keys];
        return
        [
            .. all.Where(command => command.Name != HelpWord).Select(parser.Completed),
            .. all.Where(command => command.Subcommands.Count > 0).Select(
                command => new CompletedCommand($"{HelpWord} {WordsOf(command)}".TrimEnd(), NamesBelow(command), [parser.Completed(parser._help)])),
        ];
    }

    private CompletedCommand Completed(Command command)
        => new(WordsOf(command), [.. NamesBelow(command), .. command.Arguments.SelectMany(argument => argument == _nodeOrAll ? [All]
                : argument == _algorithms ? AlgorithmNames.Typed : (IReadOnlyList<string>)[])],
            [.. command.Options.Concat(_root.Options.Where(option => option.Recursive)).Distinct().Select(Completed)]);

    private CompletedOption Completed(Option option)
        => new([.. option.Aliases, option.Name], option is not Option<string> ? ValueKind.None : option == _data ? ValueKind.Folder : ValueKind.Text, []);

    private static List<string> NamesBelow(Command command) => [.. command.Subcommands.Select(below => below.Name)];

    /// <summary>"pool add"</summary>
    public static string WordsOf(ConsoleCommand command) => WordsOf(new RequestParser().Find(command));

    /// <exception cref="RequestException">The command line is wrong; the message is the one line to show.</exception>
    public static ConsoleRequest Parse(IReadOnlyList<string> args) => new RequestParser().Read(args);

    private ConsoleRequest Read(IReadOnlyList<string> args)
    {
        var parsed = _root.Parse([.. WithoutAttached(args)], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        try
        {
            return Read(parsed, command);
        }
        catch (RequestException error)
        {
            error.Command ??= $"{ProgramName} {WordsOf(command)}".TrimEnd();
            throw;
        }
        catch (FormatException error)
        {
            throw new RequestException(error.Message) { Command = $"{ProgramName} {WordsOf(command)}".TrimEnd() };
        }
    }

    private ConsoleRequest Read(ParseResult parsed, Command command)
    {
        if (parsed.GetValue(_help))
        {
            return Help(command);
        }

        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            throw new RequestException(unknown.StartsWith('-') ? NotAnOption(unknown, command) : NotACommand(unknown, command));
        }

        if (parsed.Errors is [var error, ..])
        {
            throw new RequestException(error.SymbolResult switch
            {
                OptionResult { Option.Name: var name } => $"{name}: needs a value",
                ArgumentResult { Argument.Name: var name } => $"{WordsOf(command)}: needs {name}",
                _ => error.Message.TrimEnd('.'),
            });
        }

        if (parsed.GetValue(_version))
        {
            return new(ConsoleCommand.Version, "", 0, false, null);
        }

        var (gateway, data) = (parsed.GetValue(_gateway), parsed.GetValue(_data));
        var (host, port) = ReadGateway(gateway ?? ConsoleRequest.DefaultGateway);
        var json = parsed.GetValue(_json);
        if (!_commands.TryGetValue(command, out var chosen))
        {
            return json ? throw new RequestException($"no command; expected {string.Join(", ", CommandNames)}")
                : new(ConsoleCommand.Prompt, host, port, false, null) { DataFolder = data, IsGatewayGiven = gateway is not null };
        }

        return chosen == ConsoleCommand.Help ? Help(Named(parsed.GetValue(_words) ?? []))
            : Complete(parsed, new(chosen, host, port, json, null) { DataFolder = data, IsGatewayGiven = gateway is not null });
    }

    private ConsoleRequest Complete(ParseResult parsed, ConsoleRequest request) => request.Command switch
    {
        ConsoleCommand.Pause or ConsoleCommand.Resume or ConsoleCommand.Doctor
            => request with { Node = ReadNode(request.Command, parsed.GetValue(_nodeOrAll), all: true) },
        ConsoleCommand.Drain or ConsoleCommand.Quarantine or ConsoleCommand.Release
            => request with { Node = ReadNode(request.Command, parsed.GetValue(_node)) },
        ConsoleCommand.Threads => request with
        {
            Node = ReadNode(request.Command, parsed.GetValue(_node)),
            Threads = TypedNumber.Read("threads", parsed.GetValue(_threads)!, PeerCapabilities.MaxThreads),
        },
        ConsoleCommand.Bench => request with
        {
            Node = ReadNode(request.Command, parsed.GetValue(_node)),
            Duration = TimeSpan.FromSeconds(
                parsed.GetValue(_seconds) is { } text ? TypedNumber.Read("--seconds", text, IPeerGrain.MaxBenchSeconds) : DefaultBenchSeconds),
        },
        ConsoleCommand.Algo when parsed.GetValue(_algorithms) is { Length: > 0 } names => request with { Algorithms = [.. names.Select(ReadAlgorithm)] },
        ConsoleCommand.RotateKey
            => request with { Grace = ReadGrace(parsed.GetValue(_grace)), WithToken = ReadWithToken(parsed.GetValue(_withToken), request.Json) },
        ConsoleCommand.PoolAdd => request with { NewPool = ReadPool(parsed) },
        ConsoleCommand.PoolRemove or ConsoleCommand.PoolSwitch => request with { PoolUrl = ReadText("URL", parsed.GetValue(_url)!) },
        _ => request,
    };

    private ConsoleRequest Help(Command command)
        => new(ConsoleCommand.Help, "", 0, false, null) { HelpOf = _commands.TryGetValue(command, out var known) ? known : null };

    /// <exception cref="RequestException">There is no such command.</exception>
    private Command Named(IReadOnlyList<string> words)
        => words.Aggregate(_root, (command, word) => command.Subcommands.FirstOrDefault(below => below.Name == word)
            ?? throw new RequestException(NotACommand(word, command)) { Command = $"{ProgramName} {WordsOf(command)}".TrimEnd() });

    private static string NotACommand(string text, Command command)
    {
        var commands = command.Subcommands.Select(below => below.Name).Order(StringComparer.Ordinal).ToList();
        var hint = NearestWord.Hint(text, commands);
        return $"'{text}': not a command{(hint.Length == 0 && commands.Count > 0 ? $" (commands: {string.Join(", ", commands)})" : hint)}";
    }

    private string NotAnOption(string text, Command command)
    {
        // What is behind a = may be a password.
        var name = text.Split('=')[0];
        return $"{name}: not an option{NearestWord.Hint(name, command.Options.Concat(_root.Options).Select(option => option.Name))}";
    }

    private Command Find(ConsoleCommand command) => _commands.First(pair => pair.Value == command).Key;

    private static string WordsOf(Command command)
        => string.Join(' ', command.Parents.OfType<Command>().Reverse().Append(command).Select(each => each.Name).Where(name => name != ProgramName));

    /// <summary>The only short option with a value, such as -uUSER, in two words; not a value that begins so, nor -user with a - too few.</summary>
    private IEnumerable<string> WithoutAttached(IReadOnlyList<string> args)
    {
        var text = _user.Aliases.First();
        for (var i = 0; i < args.Count; i++)
        {
            var isValue = i > 0 && TakeValues.Contains(args[i - 1]);
            if (!isValue && args[i].Length > text.Length && args[i].StartsWith(text, StringComparison.Ordinal) && args[i][text.Length] != '='
                && !$"-{args[i]}".StartsWith(_user.Name, StringComparison.Ordinal))
            {
                yield return text;
                yield return args[i][text.Length..];
            }
            else
            {
                yield return args[i];
            }
        }
    }

    private Command Add(Command parent, ConsoleCommand name, params Argument[] arguments)
    {
        // "PoolAdd" below "Pool" is "add".
        var command = new Command(Name(_commands.TryGetValue(parent, out var above) ? name.ToString()[above.ToString().Length..] : name.ToString()));
        foreach (var argument in arguments)
        {
            command.Arguments.Add(argument);
        }

        // Never run; without an action the parser would not accept a command as complete.
        command.SetAction(_ => 0);
        _commands[command] = name;
        parent.Subcommands.Add(command);
        return command;
    }

    private NewPool ReadPool(ParseResult parsed)
    {
        var pass = parsed.GetValue(_pass);
        return new TypedPool
        {
            Url = parsed.GetValue(_url),
            User = parsed.GetValue(_user) ?? throw new RequestException("pool add: give -u USER, the wallet address or what the pool calls the user"),
            Pass = pass ?? Environment.GetEnvironmentVariable(PassVariable),
            RigId = parsed.GetValue(_rigId),
            TlsFingerprint = parsed.GetValue(_tlsFingerprint),
            TlsStrict = parsed.GetValue(_tlsStrict),
            Socks5 = parsed.GetValue(_socks5),
            NiceHash = parsed.GetValue(_niceHash),
            KeepAlive = parsed.GetValue(_keepAlive),
            RpcLogin = parsed.GetValue(_rpcLogin),
            UsualRpcLogin = Environment.GetEnvironmentVariable(RpcLoginVariable),
        }.Read(property => property switch
        {
            nameof(TypedPool.Url) => "URL",
            nameof(TypedPool.User) => _user.Name,
            nameof(TypedPool.Pass) => pass is null ? PassVariable : _pass.Name,
            nameof(TypedPool.RigId) => _rigId.Name,
            nameof(TypedPool.TlsFingerprint) => _tlsFingerprint.Name,
            nameof(TypedPool.Socks5) => _socks5.Name,
            nameof(TypedPool.UsualRpcLogin) => RpcLoginVariable,
            _ => _rpcLogin.Name,
        });
    }

    private static readonly HashSet<string> TakeValues = [.. ValueNames(new RequestParser()._root)];

    private static IEnumerable<string> ValueNames(Command command)
        => command.Options.OfType<Option<string>>().SelectMany(option => option.Aliases.Append(option.Name)).Concat(command.Subcommands.SelectMany(ValueNames));

    private static IEnumerable<string> NamesOf(Command command)
        => command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Concat(command.Subcommands.SelectMany(NamesOf));

    // Not repeated: it may be a password in an address.
    private static string ReadText(string name, string text)
        => PastedText.Trim(text) is var trimmed && PastedText.IsLegible(trimmed) ? trimmed
            : throw new RequestException($"{name}: the value {PastedText.Problem}");

    private static (string Host, int Port) ReadGateway(string text)
    {
        text = ReadText("--gateway", text);
        var colon = text.LastIndexOf(':');
        var host = colon > 0 ? text[..colon].Trim('[', ']') : "";
        var valid = int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535;
        return valid && Uri.CheckHostName(host) != UriHostNameType.Unknown ? (host, port)
            : throw new RequestException($"--gateway: '{text}' is not HOST:PORT with a port of 1 to 65535");
    }

    private static string? ReadNode(ConsoleCommand command, string? text, bool all = false)
    {
        if (all && (text is null || text.Equals(All, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return NodeDigits.TryRead(text, out var digits) ? digits
            : throw new RequestException($"{command.ToString().ToLowerInvariant()}: '{text}' is not a node id (hex digits){(all ? $" or {All}" : "")}");
    }

    private static TimeSpan ReadGrace(string? text)
        => text is null ? TimeSpan.FromHours(DefaultGraceHours)
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours)
                && hours is >= MinGraceHours and <= IClusterKeyGrain.MaxGraceHours ? TimeSpan.FromHours(hours)
            : throw new RequestException(string.Create(CultureInfo.InvariantCulture,
                $"--grace: '{text}' is not a number of hours from {MinGraceHours} to {IClusterKeyGrain.MaxGraceHours}"));

    private static bool ReadWithToken(bool given, bool json)
        => !given || json ? given : throw new RequestException("--with-token: only with --json; the join line is printed without it");

    /// <summary>"RotateKey" as "rotate-key".</summary>
    private static string Name(string command)
        => string.Concat(command.Select(
            (letter, index) => char.IsAsciiLetterUpper(letter) ? (index == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static Algorithm ReadAlgorithm(string name) => AlgorithmNames.TryParseTyped(name, out var algorithm) ? algorithm
        : throw new RequestException($"algo: '{name}' {AlgorithmNames.Problem}");
}
