using Microsoft.Extensions.Options;
using P2PMiner.Security;
using P2PMiner.Silo.Membership;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Hosting;

/// <summary>
/// Keeps the note of this node in its data folder while it runs. Where that is not possible the node mines all the same, and is found by its ports alone.
/// </summary>
internal sealed class NodeNoteKeeper(IOptions<NodeOptions> node, IOptions<MembershipOptions> membership, ILogger<NodeNoteKeeper> log) : IHostedService
{
    private readonly DataStore _store = new(node.Value.GetDataFolder());

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var options = node.Value;
        Try(() => NodeNote.OfThisProcess(ProgramVersion.Text, options.Bind,
            (options.Port, options.GetGatewayPort(), membership.Value.GetPort(options.Port), options.HttpPort)).Write(_store));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Try(() => NodeNote.Remove(_store));
        return Task.CompletedTask;
    }

    private void Try(Action act)
    {
        try
        {
            act();
        }
        catch (DataFileException error)
        {
            log.NoteNotKept(error.Message);
        }
    }
}
