using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using P2PMiner.Silo.Terminal;
using P2PMiner.TestKit;

namespace P2PMiner.Silo.Tests.Terminal;

public sealed class MinerConsoleTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeConsoleSource _source = new();
    private readonly Keys _keys = new();
    private readonly RecordingLogger<MinerConsole> _log = new();

    [Theory]
    [InlineData('h', "speed 10s/60s/15m 100.0 n/a n/a H/s max n/a H/s")]
    [InlineData('H', "speed 10s/60s/15m 100.0 n/a n/a H/s max n/a H/s")]
    [InlineData('s', "results accepted 0 rejected 0 lost 0 diff 0")]
    [InlineData('c', "connection pool.example:1 connected for 0 s ping 0 ms failures 0")]
    public async Task Key_Pressed_IsAnswered(char key, string line)
    {
        _keys.Pressed.Enqueue(key);

        Assert.Equal(line, await RunUntilLineAsync());
    }

    [Fact]
    public async Task Keys_PauseAndResume_ReachTheNode()
    {
        foreach (var key in "prh")
        {
            _keys.Pressed.Enqueue(key);
        }

        await RunUntilLineAsync();

        Assert.Equal(["pause", "resume"], _source.Calls);
    }

    [Fact]
    public async Task Key_NodeDoesNotAnswer_IsALineAndTheNextKeyWorks()
    {
        _source.Failure = new TimeoutException("no answer");
        _keys.Pressed.Enqueue('s');
        _keys.Pressed.Enqueue('h');

        Assert.Equal(["the node does not answer", "speed 10s/60s/15m 100.0 n/a n/a H/s max n/a H/s"], await RunUntilLinesAsync(2));
    }

    [Fact]
    public async Task Keys_TerminalGone_AreLeftAlone()
    {
        _keys.Failure = new IOException("the terminal is gone");

        var lines = await RunUntilLinesAsync(2, printTime: 1);

        // In either order: the clock may be a second on before the console first looks at it.
        Assert.Contains("keys are no longer read", lines);
        Assert.Contains(lines, line => line.StartsWith("speed ", StringComparison.Ordinal));
        Assert.Equal(1, _keys.Reads);
    }

    [Fact]
    public async Task Time_Passes_PrintsTheSpeed()
        => Assert.Equal("speed 10s/60s/15m 100.0 n/a n/a H/s max n/a H/s", await RunUntilLineAsync(printTime: 60));

    private async Task<string> RunUntilLineAsync(int printTime = 0) => (await RunUntilLinesAsync(1, printTime))[0];

    private async Task<IReadOnlyList<string>> RunUntilLinesAsync(int count, int printTime = 0)
    {
        var options = Options.Create(new OutputOptions { PrintTime = printTime });
        using var console = new MinerConsole(_source, _keys, new Screen(TextWriter.Null, false), options, _clock, _log);
        using var deadline = new CancellationTokenSource(Deadline);
        await console.StartAsync(deadline.Token);
        while (_log.Lines.Count < count)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(200));
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var lines = _log.Lines;
        await console.StopAsync(deadline.Token);
        return lines;
    }

    private sealed class Keys : IKeyInput
    {
        public ConcurrentQueue<char> Pressed { get; } = new();

        public Exception? Failure { get; set; }

        public int Reads { get; private set; }

        public char? Read()
        {
            Reads++;
            return Failure is not null ? throw Failure : Pressed.TryDequeue(out var key) ? key : null;
        }
    }
}
