using System.Reflection;
using P2PMiner.CommandLines;
using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>Shows and controls a running cluster. Exit codes: 0 done, 1 refused, 2 wrong request, 69 no silo answers.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var interrupts = new Interrupts();
        interrupts.Attach();
        using var input = Console.IsInputRedirected || Console.IsOutputRedirected ? Console.In : new TerminalInput();
        return await RunAsync(args, Console.Out, Console.Error, !Console.IsOutputRedirected, input, interrupts);
    }

    /// <param name="input">For the prompt.</param>
    public static Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, bool screen, TextReader input, Interrupts interrupts)
        => GuardAsync(error, async () =>
        {
            var request = RequestParser.Parse(args);
            if (RunAlone(request, output, error, screen))
            {
                return;
            }

            await using var cluster = await ClusterWay.OpenAsync(request);
            if (request.Command == ConsoleCommand.Prompt)
            {
                await new Prompt(input, output, line => GuardAsync(error, () => RunLineAsync(line, cluster, output, error, screen, interrupts))).RunAsync();
                return;
            }

            await RunOneAsync(request, cluster, output, screen, interrupts);
        });

    /// <param name="folder">The node's data folder; null: the usual one of this user.</param>
    /// <param name="isForElsewhere">A node of another machine may be meant.</param>
    /// <exception cref="RefusedException">
    /// There is no key file, others may read it, or it holds no key; the message repeats nothing of it.
    /// </exception>
    internal static ClusterKeyRing ReadKey(string? folder, bool isForElsewhere = false)
    {
        var file = KeyFile(folder);
        try
        {
            return file.Load();
        }
        catch (ClusterKeyException error) when (error.IsMissing)
        {
            throw new RefusedException(isForElsewhere ? $"{error.Message}; p2p-miner join brings it here, with the line that p2p-console invite prints on a machine of that cluster"
                : folder is not null ? $"{error.Message}: p2p-miner makes one when it is started with --data {folder}"
                : LocalNode.Advise(LocalNode.WithoutKey(file.Folder, NodeProcess.Find())));
        }
        catch (ClusterKeyException error)
        {
            throw new RefusedException(folder is null ? LocalNode.Advise(error.Message) : error.Message);
        }
    }

    /// <inheritdoc cref="ReadKey"/>
    internal static ClusterKeyFile KeyFile(string? folder)
        => new(folder ?? DataFolder.Default()
            ?? throw new RefusedException("neither XDG_DATA_HOME nor HOME is set, so --data must be given"), TimeProvider.System);

    private static async Task RunLineAsync(
        IReadOnlyList<string> line, GatewayCluster cluster, TextWriter output, TextWriter error, bool screen, Interrupts interrupts)
    {
        var request = RequestParser.Parse(line);
        if (RunAlone(request, output, error, screen))
        {
            return;
        }

        if (request.Command == ConsoleCommand.RotateKey && !cluster.HasKey)
        {
            await using var byKey = await ClusterWay.OpenAsync(request);
            await RunOneAsync(request, byKey, output, screen, interrupts);
            return;
        }

        await RunOneAsync(request, cluster, output, screen, interrupts);
    }

    /// <summary>Runs a request that needs no cluster. False: it needs one.</summary>
    private static bool RunAlone(ConsoleRequest request, TextWriter output, TextWriter error, bool screen)
    {
        switch (request.Command)
        {
            case ConsoleCommand.Help:
                ConsoleHelp.Write(output, request.HelpOf, screen ? Console.WindowWidth : null);
                return true;
            case ConsoleCommand.Completion:
                BashCompletion.Write(output, RequestParser.ProgramName, RequestParser.Completed());
                return true;
            case ConsoleCommand.Version:
                output.WriteLine($"p2p-console {typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}");
                return true;
            case ConsoleCommand.Invite:
                var join = JoinCommand.Read(request.DataFolder);
                if (request.Json)
                {
                    new JsonReport(output).Done("join", [join]);
                }
                else
                {
                    output.WriteLine(join);
                }

                if (request.DataFolder is null && LocalNode.NoteOfOwnKey(KeyFile(null).Path) is { } note)
                {
                    error.WriteLine($"p2p-console: {OutsideText.Clean(note, OutsideText.LongMaxChars)}");
                }

                return true;
            default:
                return false;
        }
    }

    private static Task RunOneAsync(
        ConsoleRequest request, ICluster cluster, TextWriter output, bool screen, Interrupts interrupts)
        => interrupts.RunAsync(cancellation => request.Command == ConsoleCommand.Watch
            ? new Watch(cluster, output, TimeProvider.System).RunAsync(request.Json, screen, cancellation)
            : ClusterConsole.RunAsync(request, cluster, output, screen).WaitAsync(cancellation));

    /// <summary>The first line: Orleans puts whole stack traces of other nodes into its messages.</summary>
    private static string Clean(Exception error) => OutsideText.Clean(error.Message.Split('\n')[0], OutsideText.LongMaxChars);

    private static async Task<int> GuardAsync(TextWriter error, Func<Task> act)
    {
        try
        {
            await act();
            return 0;
        }
        catch (RequestException wrong)
        {
            error.WriteLine($"p2p-console: {Clean(wrong)}; see {wrong.Command ?? RequestParser.ProgramName} --help");
            return RequestException.ExitCode;
        }
        catch (RefusedException refused)
        {
            error.WriteLine($"p2p-console: {Clean(refused)}");
            return RefusedException.ExitCode;
        }
        catch (WireValueException refused)
        {
            error.WriteLine($"p2p-console: {Clean(refused)}");
            return RefusedException.ExitCode;
        }
        catch (ClusterUnreachableException unreachable)
        {
            error.WriteLine($"p2p-console: {Clean(unreachable)}");
            return ClusterUnreachableException.ExitCode;
        }
        catch (Exception silent) when (silent is TimeoutException or OrleansException)
        {
            error.WriteLine($"p2p-console: the silo did not answer: {Clean(silent)}");
            return ClusterUnreachableException.ExitCode;
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
            return RefusedException.ExitCode;
        }
    }
}
