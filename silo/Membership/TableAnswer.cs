using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>The answer to a <see cref="TableRequest"/>.</summary>
/// <param name="Term">The highest term that the answering node knows; when it serves, the one it serves under.</param>
/// <param name="Table">Of reads and hand-overs; null: the node knows none.</param>
/// <param name="Own">Of a hand-over: the answering node's running silo, once it is in the table.</param>
/// <param name="Beacons">Of a beacon.</param>
internal sealed record TableAnswer(TableOutcome Outcome, ulong Term, TableSnapshot? Table = null, WireSilo? Own = null, BeaconNews? Beacons = null)
{
    /// <exception cref="TableProtocolException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        TableProtocolException.Unless(Enum.IsDefined(Outcome), "an answer's outcome is unknown");
        Table?.Validate();
        Own?.Validate();
        if (Beacons?.FindFault() is { } fault)
        {
            throw new TableProtocolException(fault);
        }
    }
}
