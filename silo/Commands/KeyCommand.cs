using Microsoft.Extensions.Options;
using P2PMiner.Security;
using P2PMiner.Silo.Hosting;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Commands;

/// <summary>cluster init and join: put the cluster key in the data folder, a new one or the one of a token.</summary>
internal static class KeyCommand
{
    /// <exception cref="ConfigurationException">There is a key already and is not to be replaced, or the folder cannot be used.</exception>
    /// <exception cref="CommandLineException">The token is none.</exception>
    public static async Task<int> RunAsync(CommandLineConfiguration commandLine, IConfigurationRoot configuration, ProgramIo io, CancellationToken cancellation)
    {
        using var options = MinerOptions.Bind(configuration);
        var file = new ClusterKeyFile(options.GetRequiredService<IOptions<NodeOptions>>().Value.GetDataFolder(), TimeProvider.System);
        var isJoin = commandLine.Command == MinerCommand.Join;
        var key = isJoin ? Read(PastedText.Trim(commandLine.Token ?? await ReadLineAsync(io.In, cancellation))) : ClusterKey.NewRandom();
        string? kept = null;
        try
        {
            if (commandLine.Replace)
            {
                kept = file.Supersede(key);
            }
            else
            {
                file.Create(key);
            }
        }
        catch (ClusterKeyException error)
        {
            throw new ConfigurationException($"Node:Data: {error.Message}");
        }

        if (kept is not null)
        {
            io.Out.WriteLine($"the key there was is kept in {kept}; delete it when nothing needs it any more");
        }

        io.Out.WriteLine(isJoin ? $"{key}: its key is in {file.Path}. Start p2p-miner to mine with the others{(commandLine.Replace ? "; one that runs here must be started again" : "")}."
            : $"p2p-miner join {key.ToToken()}");
        if (!isJoin)
        {
            io.Error.WriteLine($"{key}: its key is in {file.Path}. Run the line above on each other machine; it is secret: whoever has it is a member.");
        }

        return ExitCode.Done;
    }

    /// <summary>The first line with something on it; empty where there is none.</summary>
    private static async Task<string> ReadLineAsync(TextReader input, CancellationToken cancellation)
    {
        string? line;
        do
        {
            line = await input.ReadLineAsync(cancellation);
        }
        while (line is not null && PastedText.Trim(line).Length == 0);

        return line ?? "";
    }

    private static ClusterKey Read(string token)
    {
        try
        {
            return JoinToken.Read(token);
        }
        catch (ClusterKeyException error)
        {
            throw new CommandLineException(error.Message);
        }
    }
}
