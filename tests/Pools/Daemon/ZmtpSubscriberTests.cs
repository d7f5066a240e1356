using System.Buffers.Binary;
using CsCheck;
using P2PMiner.Pools.Daemon;
using P2PMiner.TestKit;

namespace P2PMiner.Pools.Tests.Daemon;

public sealed class ZmtpSubscriberTests
{
    private static readonly byte[] Recorded = [.. FakePublisher.Greeting, .. FakePublisher.Ready, .. FakePublisher.Notice, .. FakePublisher.Notice];

    [Fact]
    public async Task Subscribe_Monerod_SendsGreetingReadyAndACommand()
    {
        var wire = new Wire(Recorded);

        Assert.Equal((2, "closed the connection"), await ListenAsync(wire));

        byte[] expected =
        [
            0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1, .. "NULL"u8, .. new byte[48],
            4, 25, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "SUB"u8,
            4, 33, 9, .. "SUBSCRIBE"u8, .. "json-minimal-chain_main"u8,
        ];
        Assert.Equal(expected, wire.Written);
    }

    [Fact]
    public async Task Subscribe_PublisherOfZmtp30_SendsAMessage()
    {
        var wire = new Wire([.. FakePublisher.Greeting, .. FakePublisher.Ready], change: bytes => bytes[11] = 0);

        await ListenAsync(wire);

        Assert.Equal([0, 24, 1, .. "json-minimal-chain_main"u8], wire.Written[^26..]);
    }

    [Theory]
    [InlineData(0xffffffff)]
    [InlineData(0x80000000)]
    [InlineData(0x7fffffff)]
    [InlineData(5)]
    public async Task Subscribe_ReadyWithAPropertyThatDoesNotFit_IsAnError(uint valueBytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, valueBytes);
        var ready = FakePublisher.Command("READY", [11, .. "Socket-Type"u8, .. length, .. "XPUB"u8]);

        Assert.Equal(
            (0, "sends a READY command whose property 'Socket-Type' does not fit into it"), await ListenAsync(new([.. FakePublisher.Greeting, .. ready])));
    }

    public static TheoryData<byte[], string> Nonsense => new()
    {
        { [.. "HTTP/1.1 400 Bad Request\r\n\r\n"u8], "does not speak ZMTP: is this the port of --zmq-pub?" },
        { [0xff, .. new byte[63]], "does not speak ZMTP: is this the port of --zmq-pub?" },
        { [0xff, .. new byte[8], 0x7f, 1, 2, 0, 0], "speaks ZMTP 1, older than 3" },
        { [.. FakePublisher.Greeting[..12], .. "CURVE\u001b"u8, .. new byte[46]], "wants the security mechanism 'CURVE?'" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Command("ERROR", [7, .. "go away"u8])], "refuses: go away" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Command("HELLO")], "sends the command 'HELLO' instead of READY" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Notice], "sends a message before it is ready" },
        { [.. FakePublisher.Greeting, 4, 3, 9, 0, 0], "sends a command with a name that does not fit into it" },
        { [.. FakePublisher.Greeting, 4, 0], "sends a command with a name that does not fit into it" },
        { [.. FakePublisher.Greeting, 6, 0, 0, 0, 0, 0, 1, 0, 0], "sends a command of 65536 bytes, more than 4096" },
        {
            [.. FakePublisher.Greeting, .. FakePublisher.Command("READY", [11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "REP"u8])],
            "is a socket of type REP, not PUB: is this the port of --zmq-pub?"
        },
        { [.. FakePublisher.Greeting, .. FakePublisher.Command("READY")], "is a socket of type unknown, not PUB: is this the port of --zmq-pub?" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Ready, 0x40], "sends a frame with the flags 40, which ZMTP does not know" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Ready, 5, 0], "sends a frame with the flags 05, which ZMTP does not know" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Ready, 2, 0, 0, 0, 0, 0, 16, 0, 1], "sends a frame of 1048577 bytes, more than 1048576" },
        {
            [.. FakePublisher.Greeting, .. FakePublisher.Ready, 2, 255, 255, 255, 255, 255, 255, 255, 255],
            "sends a frame of 18446744073709551615 bytes, more than 1048576"
        },
        { [.. FakePublisher.Greeting, .. FakePublisher.Ready, .. FakePublisher.Command("PING", [0])], "sends a PING of a wrong length" },
        { [.. FakePublisher.Greeting, .. FakePublisher.Ready, .. FakePublisher.Command("ERROR", [1, 10])], "refuses: ?" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Listen_Nonsense_EndsWithItsReason(byte[] said, string reason) => Assert.Equal((0, reason), await ListenAsync(new(said)));

    [Fact]
    public async Task Listen_PingWithAContext_SendsItBack()
    {
        var wire = new Wire([.. FakePublisher.Greeting, .. FakePublisher.Ready, .. FakePublisher.Command("PING", [0, 9, .. "0123456789abcdef"u8])]);

        await ListenAsync(wire);

        Assert.Equal([4, 21, 4, .. "PONG"u8, .. "0123456789abcdef"u8], wire.Written[^23..]);
    }

    [Fact]
    public async Task Listen_OtherTopicsLongFramesAndPartsOfMessages_CountOnceEach()
    {
        byte[] megabyte = [2, 0, 0, 0, 0, 0, 16, 0, 0, .. new byte[ZmtpSubscriber.MaxFrameBytes]];
        byte[] parts = [1, 23, .. "json-minimal-chain_main"u8, 1, 0, 0, 23, .. "json-minimal-chain_main"u8];
        byte[] otherFirst = [1, 5, .. "other"u8, 0, 23, .. "json-minimal-chain_main"u8];
        byte[] unknownCommand = FakePublisher.Command("SUBSCRIBE");

        var wire = new Wire(
        [
            .. FakePublisher.Greeting, .. FakePublisher.Ready, .. megabyte, .. FakePublisher.Message("json-minimal-txpool_add:[]"), 0, 0,
            .. parts, .. otherFirst,
            .. unknownCommand, .. FakePublisher.Notice,
        ]);

        Assert.Equal((2, "closed the connection"), await ListenAsync(wire));
    }

    [Fact]
    public void Listen_AnyBytesInAnyPieces_EndsWithAReason()
        => Gen.Select(Gen.Byte.Array[0, 400], Gen.Bool, Gen.Int[1, 90]).Sample((bytes, afterHandshake, piece) =>
        EndsWell(afterHandshake ? [.. FakePublisher.Greeting, .. FakePublisher.Ready, .. bytes] : bytes, piece), iter: 20_000);

    [Fact]
    public void Listen_RecordedBytesMutated_EndsWithAReason() =>
        Gen.Select(Gen.Select(Gen.Int[0, Recorded.Length - 1], Gen.Byte, Gen.Int[0, 2]).Array[1, 6], Gen.Int[1, 90]).Sample((changes, piece) =>
        {
            var bytes = Recorded.ToList();
            foreach (var (place, value, kind) in changes.Where(change => change.Item1 < bytes.Count))
            {
                switch (kind)
                {
                    case 0: bytes[place] = value; break;
                    case 1: bytes.Insert(place, value); break;
                    default: bytes.RemoveAt(place); break;
                }
            }

            EndsWell([.. bytes], piece);
        }, iter: 20_000);

    // The bytes are in memory and nothing waits, so the task is done when it is returned.
    private static void EndsWell(byte[] said, int piece)
    {
        var listening = ListenAsync(new(said, piece));
        Assert.True(listening.IsCompleted);
        var (_, reason) = listening.GetAwaiter().GetResult();
        Assert.DoesNotContain(reason, char.IsControl);
    }

    /// <summary>How many messages came, and what ended it.</summary>
    private static async Task<(int Messages, string Reason)> ListenAsync(Wire wire)
    {
        var messages = 0;
        try
        {
            var subscriber = await ZmtpSubscriber.SubscribeAsync(wire, FakePublisher.Topic, default);
            while (true)
            {
                await subscriber.ReadMessageAsync(default);
                messages++;
            }
        }
        catch (IOException end)
        {
            return (messages, end.Message);
        }
    }

    /// <summary>Says what it was given, in pieces, and keeps what is written to it.</summary>
    private sealed class Wire : Stream
    {
        private readonly MemoryStream _said;
        private readonly MemoryStream _written = new();
        private readonly int _piece;

        public Wire(byte[] said, int piece = 1000, Action<byte[]>? change = null)
        {
            change?.Invoke(said);
            (_said, _piece) = (new MemoryStream(said), piece);
        }

        public byte[] Written => _written.ToArray();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => _said.Read(buffer, offset, Math.Min(count, _piece));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _said.ReadAsync(buffer[..Math.Min(buffer.Length, _piece)], cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => _written.WriteAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
