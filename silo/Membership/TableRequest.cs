using System.Text.Json.Serialization;
using P2PMiner.Silo.Discovery;

namespace P2PMiner.Silo.Membership;

/// <summary>One operation on the table, or a look at what the asked node knows of it. One record for each.</summary>
/// <param name="Term">The master's term as the asking node knows it.</param>
[JsonPolymorphic(UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ReadAll), "readAll")]
[JsonDerivedType(typeof(ReadRow), "readRow")]
[JsonDerivedType(typeof(InsertRow), "insertRow")]
[JsonDerivedType(typeof(UpdateRow), "updateRow")]
[JsonDerivedType(typeof(UpdateIAmAlive), "updateIAmAlive")]
[JsonDerivedType(typeof(CleanUp), "cleanUp")]
[JsonDerivedType(typeof(DeleteAll), "deleteAll")]
[JsonDerivedType(typeof(HandOver), "handOver")]
[JsonDerivedType(typeof(Beacon), "beacon")]
internal abstract record TableRequest(ulong Term)
{
    /// <exception cref="TableProtocolException">A value is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
    }

    internal sealed record ReadAll(ulong Term) : TableRequest(Term);

    internal sealed record ReadRow(ulong Term, WireSilo Silo) : TableRequest(Term)
    {
        public override void Validate() => Silo.Validate();
    }

    /// <param name="ReadTerm">Term of the table that the writer has read: versions of two masters are not comparable.</param>
    /// <param name="ReadVersion">Version of that table; the write happens only when it is still that.</param>
    internal sealed record InsertRow(ulong Term, ulong ReadTerm, int ReadVersion, SiloRow Row) : TableRequest(Term)
    {
        public override void Validate() => ValidateWrite(ReadVersion, Row);
    }

    /// <inheritdoc cref="InsertRow"/>
    internal sealed record UpdateRow(ulong Term, ulong ReadTerm, int ReadVersion, SiloRow Row) : TableRequest(Term)
    {
        public override void Validate() => ValidateWrite(ReadVersion, Row);
    }

    internal sealed record UpdateIAmAlive(ulong Term, WireSilo Silo, DateTime Time) : TableRequest(Term)
    {
        public override void Validate()
        {
            Silo.Validate();
            TableProtocolException.Unless(Time.Kind == DateTimeKind.Utc, "a time is not in UTC");
        }
    }

    internal sealed record CleanUp(ulong Term, DateTimeOffset Before) : TableRequest(Term);

    internal sealed record DeleteAll(ulong Term) : TableRequest(Term);

    /// <summary>From the master of <see cref="TableRequest.Term"/> to any node, before it serves: stop serving if you do, and tell what you know.</summary>
    internal sealed record HandOver(ulong Term) : TableRequest(Term);

    /// <summary>
    /// From a node that UDP does not reach to any: its beacon, in exchange for those of others. Not about the table; its term is in the
    /// beacon.
    /// </summary>
    /// <param name="Datagram">As it would go over UDP.</param>
    /// <param name="Since"><see cref="BeaconNews.Number"/> of the last answer on this connection, at first 0; null: only the asked node's own.</param>
    internal sealed record Beacon(byte[] Datagram, long? Since) : TableRequest(0)
    {
        public override void Validate()
        {
            TableProtocolException.Unless(Datagram.Length is > 0 and <= WireBeacon.MaxBytes, "a beacon's length is out of range");
            TableProtocolException.Unless(Since is null or >= 0, "a count of beacons is negative");
        }
    }

    private static void ValidateWrite(int version, SiloRow row)
    {
        TableProtocolException.Unless(version is >= 0 and <= TableSnapshot.MaxVersion, "a table's version is out of range");
        row.Validate();
    }
}
