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
    /// <exception cref="ConfigurationException">There is a key already that must not be replaced, or the folder cannot be used.</exception>
    /// <exception cref="CommandLineException">The token is not valid.</exception>
    public static async Task<int> RunAsync(CommandLineConfiguration commandLine, IConfigurationRoot configuration, ProgramIo io, CancellationToken cancellation)
    {
        using var options = MinerOptions.Bind(configuration);
        var file = new ClusterKeyFile(options.GetRequiredService<IOptions<NodeOptions>>().Value.GetDataFolder(), TimeProvider.System);
        var isJoin = commandLine.Command == MinerCommand.Join;
        var key = isJoin ? Read(commandLine.Token ?? await ReadLineAsync(io.In, cancellation)) : ClusterKey.NewRandom();
        string? kept = null;
        var wasUnshared = false;
        try
        {
            kept = FolderOwner.OfService.Act(file.Folder, () =>
            {
                wasUnshared = isJoin && file.IsUnshared;
                if (commandLine.Replace || wasUnshared)
                {
                    return file.Supersede(key);
                }

                file.Create(key);
                return null;
            });
        }
        catch (Exception error) when (error is ClusterKeyException or DataFileException)
        {
            throw new ConfigurationException($"Node:Data: {error.Message}");
        }

        if (kept is not null)
        {
            io.Out.WriteLine(wasUnshared ? $"the key that was here was made by a start and is on no other machine; it is kept in {kept}"
                : $"the old key is kept in {kept}; delete it when it is no longer needed");
        }

        var restart = commandLine.Replace || wasUnshared ? "; if it is already running here, restart it" : "";
        io.Out.WriteLine(isJoin ? $"{key}: its key is in {file.Path}. Start p2p-miner to mine with the others{restart}."
            : key.ToJoinLine());
        if (!isJoin)
        {
            io.Error.WriteLine($"{key}: its key is in {file.Path}. Run the line above on each other machine; "
                + "keep it secret: anyone who has it can join the cluster.");
        }

        return ExitCode.Done;
    }

    /// <summary>The first line that is not blank.</summary>
    /// <exception cref="CommandLineException">There is none.</exception>
    private static async Task<string> ReadLineAsync(TextReader input, CancellationToken cancellation)
    {
        string? line;
        do
        {
            line = await input.ReadLineAsync(cancellation);
        }
        while (line is not null && PastedText.Trim(line).Length == 0);

        return line ?? throw new CommandLineException($"join: standard input is empty; it should hold {SetupRequest.TokenInput}");
    }

    private static ClusterKey Read(string token)
    {
        try
        {
            return JoinToken.ReadPasted(token);
        }
        catch (ClusterKeyException error)
        {
            throw new CommandLineException(error.Message);
        }
    }
}
