using P2PMiner.Doctor;

namespace P2PMiner.Client;

/// <summary>What one node found.</summary>
/// <param name="Node">Its full id.</param>
/// <param name="Report">Null: it did not answer.</param>
/// <param name="Ahead">How far its clock is ahead of the console's; below zero: behind.</param>
internal sealed record NodeFindings(string Node, NodeReport? Report, TimeSpan Ahead);
