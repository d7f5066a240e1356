using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Settings.CommandLine;

/// <summary>Reads the options of the setup command.</summary>
internal static class SetupCommandLine
{
    public static CommandLineConfiguration Read(OptionTable table, GivenOptions given)
    {
        var settings = given.Settings();
        PoolSettings.AddTo(settings, table, given);
        Check(table, given);
        return new()
        {
            Command = MinerCommand.Setup,
            ConfigFile = given.Value(table.SetupConfig),
            Setup = new()
            {
                Settings = settings,
                PasswordFile = given.Value(table.PassFile),
                TokenFile = given.Value(table.JoinTokenFile),
                Replace = given.Has(table.Replace),
                Answers = table.SetupOffers.Where(offer => given.Has(offer.Value)).ToDictionary(offer => offer.Key, offer => given.Value(offer.Value) == "yes"),
                Yes = given.Has(table.Yes),
                Undo = given.Has(table.Undo),
            },
        };
    }

    private static void Check(OptionTable table, GivenOptions given)
    {
        var others = table.SetupOptions.Where(entry => entry != table.Undo && entry != table.SetupConfig);
        if (given.Has(table.Undo) && others.FirstOrDefault(given.Has) is { } other)
        {
            throw new CommandLineException($"--undo: cannot be combined with {other.Name}");
        }

        if (given.Has(table.Pool) && given.Has(table.JoinTokenFile))
        {
            throw new CommandLineException("--join-token-file: cannot be combined with --pool; a machine that joins learns the pools from the others");
        }

        if (given.Has(table.Pool) && !given.Has(table.User))
        {
            throw new CommandLineException("--user: is missing; a pool needs to know who is paid");
        }

        if (given.Has(table.PassFile) && !given.Has(table.Pool))
        {
            throw new CommandLineException("--pass-file: needs a pool (--pool URL)");
        }

        if (given.Value(table.PassFile) is SetupRequest.StandardInput && given.Value(table.JoinTokenFile) is SetupRequest.StandardInput)
        {
            throw new CommandLineException("--pass-file: standard input is read for --join-token-file already");
        }
    }
}
