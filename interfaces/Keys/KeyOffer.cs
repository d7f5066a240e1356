namespace P2PMiner.Keys;

/// <summary>
/// A new cluster key on its way to a node. It carries the secret itself, so it travels only between members over mutual TLS, and no call
/// returns it.
/// </summary>
[GenerateSerializer, Immutable, Alias("p2p.KeyOffer")]
public sealed class KeyOffer : IWireValue
{
    /// <summary>The key as a join token.</summary>
    [Id(0)] public required string Token { get; init; }

    /// <summary>
    /// How long the former key is accepted once this one is current, counted from the offer; at most
    /// <see cref="IClusterKeyGrain.MaxGraceHours"/>.
    /// </summary>
    [Id(1)] public required TimeSpan Grace { get; init; }

    public string? FindFault() => WireFault.Text(nameof(Token), Token);

    /// <summary>Shows nothing of the key: Orleans prints the arguments of a call that fails.</summary>
    public override string ToString() => "a cluster key";
}
