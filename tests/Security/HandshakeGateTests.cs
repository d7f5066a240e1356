using System.Net;
using CsCheck;

namespace P2PMiner.Security.Tests;

public sealed class HandshakeGateTests
{
    private const int Most = 12;
    private const int MostOfOne = 4;

    [Fact]
    public void Enter_AnyComingAndGoing_LetsTheNewcomerInAndBoundsEachAddressAndAll() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 3]).Array[0, 200].Sample(steps =>
        {
            var gate = new HandshakeGate(Most, MostOfOne);
            var open = new List<Entered>();
            foreach (var (address, leaving) in steps)
            {
                if (leaving == 0 && open.Count > 0)
                {
                    open[0].Handshake!.Dispose();
                    open.RemoveAt(0);
                    continue;
                }

                var expected = open.Count(other => other.Address == address) >= MostOfOne ? open.First(other => other.Address == address)
                    : open.Count >= Most ? open.GroupBy(other => other.Address).MaxBy(group => group.Count())!.First()
                    : null;
                var entered = new Entered(address);
                entered.Handshake = gate.Enter(new IPEndPoint(new IPAddress([10, 0, 0, (byte)address]), 1), () => entered.WasEnded = true);
                Assert.Equal(expected, open.SingleOrDefault(other => other.WasEnded));
                open.RemoveAll(other => other.WasEnded);
                open.Add(entered);
                Assert.False(entered.WasEnded);
                Assert.Equal(open.Count, gate.Open);
                Assert.InRange(open.Count, 1, Most);
                Assert.All(open.GroupBy(other => other.Address), group => Assert.InRange(group.Count(), 1, MostOfOne));
            }
        });

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "0.0.0.1", false)]
    public void Enter_TwoAddresses_CountAsOneWhereOneMachineHasBoth(string first, string second, bool isOne)
    {
        var gate = new HandshakeGate(Most, 1);
        var ended = false;
        gate.Enter(new IPEndPoint(IPAddress.Parse(first), 1), () => ended = true);
        gate.Enter(new IPEndPoint(IPAddress.Parse(second), 2), () => Assert.Fail("the newcomer had to end"));

        Assert.Equal(isOne, ended);
    }

    [Fact]
    public void EndOldest_NoneUnderWay_DoesNothing()
    {
        var gate = new HandshakeGate(Most, MostOfOne);
        gate.EndOldest();
        var ended = 0;
        using var only = gate.Enter(null, () => ended++);
        gate.EndOldest();
        gate.EndOldest();

        Assert.Equal((1, 0, true), (ended, gate.Open, only.GaveWay));
    }

    private sealed class Entered(int address)
    {
        public int Address => address;

        public bool WasEnded { get; set; }

        public HandshakeGate.Handshake? Handshake { get; set; }
    }
}
