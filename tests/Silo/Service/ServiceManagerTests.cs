using System.Collections;
using Microsoft.Extensions.Hosting.Systemd;
using P2PMiner.Silo.Service;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Service;

public sealed class ServiceManagerTests
{
    [Theory]
    [InlineData("NOTIFY_SOCKET", "/run/systemd/notify", false, true)]
    [InlineData("INVOCATION_ID", "0123456789abcdef0123456789abcdef", false, true)]
    [InlineData("INVOCATION_ID", "", false, false)]
    [InlineData("HOME", "/root", false, false)]
    // A shell in the window of a desktop that systemd runs has the variable too, and a closed window must end the miner.
    [InlineData("INVOCATION_ID", "0123456789abcdef0123456789abcdef", true, false)]
    public void HasStarted_ByEnvironmentAndTerminal_IsAsSystemdDoes(string variable, string value, bool hasTerminal, bool expected)
        => Assert.Equal(expected, ServiceManager.HasStarted(new Hashtable { [variable] = value }, () => hasTerminal));

    [Fact]
    public void Status_OfSeveralLines_IsSentAsOne()
    {
        var notifier = new Notifier();
        Manager(notifier).Status("pool says\nREADY=1");
        Assert.Equal("STATUS=pool says?READY=1", Assert.Single(notifier.Sent));
    }

    [Fact]
    public void Reloading_BeforeReady_DoesNotMakeItReady()
    {
        var notifier = new Notifier();
        var manager = Manager(notifier);
        manager.Reloading()?.Dispose();
        Assert.Empty(notifier.Sent);

        manager.Ready("mining");
        using (manager.Reloading())
        {
            Assert.Equal(["READY=1\nSTATUS=mining", "RELOADING=1"], notifier.Sent);
        }

        Assert.Equal("READY=1", notifier.Sent[^1]);
    }

    private static ServiceManager Manager(Notifier notifier) => new(notifier, isThere: true, new RecordingLogger<ServiceManager>());

    private sealed class Notifier : ISystemdNotifier
    {
        public List<string> Sent { get; } = [];

        public bool IsEnabled => true;

        public void Notify(ServiceState state) => Sent.Add(state.ToString());
    }
}
