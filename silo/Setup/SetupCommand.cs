using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using P2PMiner.Security;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.MachineTuning;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Setup;

/// <summary>setup: asks how this machine is to mine, writes it down, and starts what was agreed to. setup --undo gives it back.</summary>
internal static class SetupCommand
{
    private const int MaxSecretChars = 4096;

    /// <exception cref="CommandLineException">An option is wrong or missing.</exception>
    /// <exception cref="ConfigurationException">A settings file is broken, or the settings contradict each other.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static async Task<int> RunAsync(CommandLineConfiguration commandLine, ProgramIo io, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var (request, places) = (commandLine.Setup!, SettingsPlaces.Usual(io.Environment));
        var target = SetupTarget.Choose(commandLine.ConfigFile, places, Environment.IsPrivilegedProcess);
        var (store, services) = (target.Open(), Systemctl.OfThisMachine(target));
        var history = new SetupHistory(store, target.Name, TimeProvider.System);
        if (request.Undo)
        {
            return new SetupUndo(store, target.Name, history, KeyIn, services, TimeProvider.System, Say).Run() ? ExitCode.Done : ExitCode.Failed;
        }

        var questions = io.Terminal is null ? null : new TerminalQuestions(io);
        try
        {
            questions?.Say($"These settings go to {OutsideText.Clean(target.Path, int.MaxValue)}.");
            var files = target.Layers(places, commandLine.ConfigFile);
            var own = File.Exists(target.Path) ? SettingsFile.Read(target.Path) : [];
            var present = new PresentSetup(own, SettingsLayers.Merge([.. files.Read.Select(file => file.Settings)]))
            {
                Impossible = PresentSetup.ImpossibleOn(new Machine()),
            };
            var node = new NodeOptions { Data = request.Settings.GetValueOrDefault("Node:Data") ?? present.InEffect.GetValueOrDefault("Node:Data") };
            var key = KeyIn(node.GetDataFolder());
            var dialogue = new SetupDialogue(questions, request,
                await SecretAsync("--join-token-file", request.TokenFile, questions, io.In, skipBlank: true, stop.Token),
                await SecretAsync("--pass-file", request.PasswordFile, questions, io.In, skipBlank: false, stop.Token), present, key, services);
            var plan = await dialogue.AskAsync(stop.Token);
            var pages = new SetupPages(target, services, commandLine.ConfigFile is not null);
            SetupPages.Notes(plan).ToList().ForEach(Say);
            if (plan.IsEmpty)
            {
                if (plan.NotDone.Count > 0)
                {
                    throw new SetupException(
                        $"nothing is changed; {string.Join("; ", plan.NotDone.Select(refusal => $"{SetupPages.Name(refusal.Offer)} cannot be done, because {refusal.Obstacle}"))}");
                }

                Say("Nothing is changed: all is as you want it already.");
                return ExitCode.Done;
            }

            Check(plan, [.. files.Read.Where(file => file.Path != target.Path).Select(file => file.Settings)]);
            pages.Plan(plan, present, store.Read(target.Name), key.Folder).ToList().ForEach(Say);
            if (questions is not null && !request.Yes && !await new Answers(questions).AgreesAsync("Do this now?", usual: false, stop.Token))
            {
                Say("Nothing is changed.");
                return ExitCode.Done;
            }

            return Apply(new(store, target.Name, history, key, services, line => Say($"  {line}")), plan, pages, key.Folder, Say, stop.Token);
        }
        catch (OperationCanceledException)
        {
            Say("");
            Say("Stopped. Nothing is changed.");
            return ExitCode.Failed;
        }

        void Say(string line) => io.Out.WriteLine(line.Length == 0 ? line : OutsideText.Clean(line, int.MaxValue));

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static int Apply(SetupRun run, SetupPlan plan, SetupPages pages, string dataFolder, Action<string> say, CancellationToken cancellation)
    {
        say("Done:");
        try
        {
            var isGood = run.Apply(plan, cancellation);
            pages.End(plan, FolderOwner.NameOfOther(dataFolder), dataFolder).ToList().ForEach(say);
            return isGood && plan.NotDone.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            say("Stopped. What is listed above is done, and the rest is not.");
            say(pages.Undo);
            return ExitCode.Failed;
        }
        catch (IOException)
        {
            say($"What is listed above is done, and the rest is not. {pages.Undo}");
            throw;
        }
    }

    private static INodeKey KeyIn(string folder) => new NodeKey(folder, TimeProvider.System);

    /// <summary>All settings that are to be in effect, checked against each other before anything is written.</summary>
    private static void Check(SetupPlan plan, IReadOnlyList<Dictionary<string, string>> others)
    {
        if (plan.Settings is { } settings)
        {
            using var services = MinerOptions.Bind(MinerConfiguration.Build([.. others, settings]));
        }
    }

    /// <param name="skipBlank">The first line that is not blank, else the first.</param>
    private static async Task<string?> SecretAsync(
        string option, string? path, IQuestions? questions, TextReader input, bool skipBlank, CancellationToken cancellation)
    {
        if (path is null)
        {
            return null;
        }

        if (path == SetupRequest.StandardInput && questions is not null)
        {
            return await questions.AskHiddenAsync($"{option} (not shown):", cancellation);
        }

        try
        {
            using var file = path == SetupRequest.StandardInput ? null : new StreamReader(path);
            for (var line = Line(file ?? input); line is not null; line = Line(file ?? input))
            {
                if (!skipBlank || PastedText.Trim(line).Length > 0)
                {
                    return skipBlank ? line : PastedText.IsPassword(line) ? line : throw new CommandLineException($"{option}: the value {PastedText.Problem}");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandLineException($"{option}: {path} cannot be read ({error.Message})");
        }

        throw new CommandLineException($"{option}: {(path == SetupRequest.StandardInput ? "standard input" : path)} is empty; "
            + (skipBlank ? $"it should hold {SetupRequest.TokenInput}" : "its first line should be the pool's password"));

        string? Line(TextReader reader) => reader.ReadLine() is { } line ? line.Length <= MaxSecretChars ? line
            : throw new CommandLineException($"{option}: its line is longer than {MaxSecretChars} characters") : null;
    }
}
