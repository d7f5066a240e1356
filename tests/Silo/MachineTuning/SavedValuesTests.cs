using P2PMiner.Security;
using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

public sealed class SavedValuesTests
{
    [Fact]
    public void Lock_HeldByAnother_SaysSo()
    {
        using var tree = new MadeUpMachine();
        using var held = SavedValues.Lock(tree.Root);

        var error = Assert.Throws<DataFileException>(() => SavedValues.Lock(tree.Root));

        Assert.EndsWith("/run/p2p-miner-tune: another p2p-miner tune is at work", error.Message, StringComparison.Ordinal);
    }
}
