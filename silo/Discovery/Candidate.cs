using P2PMiner.Peers;

namespace P2PMiner.Silo.Discovery;

/// <summary>A node's place in the order of masters: those started with <c>--mode master</c> first, then the smaller id.</summary>
internal readonly record struct Candidate(bool Preferred, NodeId Id)
{
    public bool Outranks(Candidate other) => Preferred != other.Preferred ? Preferred : Id.CompareTo(other.Id) < 0;
}
