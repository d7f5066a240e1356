namespace P2PMiner.EndToEnd.Tests.Cluster;

/// <summary>Tests of several hosts have the machine to themselves: four to six nodes are as much as it can take.</summary>
[CollectionDefinition(nameof(VirtualNetwork), DisableParallelization = true)]
public sealed class VirtualNetworkTests;
