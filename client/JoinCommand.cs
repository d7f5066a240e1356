using P2PMiner.Security;

namespace P2PMiner.Client;

/// <summary>What to type on another machine so that it joins this one's cluster, from the key file that p2p-miner keeps.</summary>
internal static class JoinCommand
{
    /// <summary>From then on the key counts as one that other machines have.</summary>
    /// <inheritdoc cref="Program.ReadKey"/>
    public static string Read(string? folder)
    {
        var key = Program.ReadKey(folder).Current;
        var file = Program.KeyFile(folder);
        try
        {
            FolderOwner.OfService.Act(file.Folder, () =>
            {
                file.MarkShared();
                return true;
            });
        }
        catch (ClusterKeyException error)
        {
            throw new RefusedException(error.Message);
        }

        return key.ToJoinLine();
    }
}
