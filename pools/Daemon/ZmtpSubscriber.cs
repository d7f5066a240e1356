using System.Buffers.Binary;
using System.Text;

namespace P2PMiner.Pools.Daemon;

/// <summary>
/// One connection to a publisher in ZMTP 3.1 or 3.0 without security (mechanism NULL): says what it subscribes to, then hears that something was published.
/// Keeps no content: what is read is counted and dropped, so a publisher cannot make it use memory. One caller at a time.
/// Source: ZeroMQ RFC 23/ZMTP (3.0) and 37/ZMTP (3.1).
/// </summary>
internal sealed class ZmtpSubscriber
{
    /// <summary>Longest frame of a message. monerod's notice of one block has 200 bytes, and 67 more for each block that a reorganisation replaces.</summary>
    public const int MaxFrameBytes = 1 << 20;

    private const int MaxCommandBytes = 4096;
    private const int GreetingBytes = 64;
    private const int SignatureBytes = 10;

    // Flags of a frame.
    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;

    private readonly Stream _output;
    private readonly BufferedStream _input;
    private readonly byte[] _topic;
    private readonly byte[] _scratch = new byte[MaxCommandBytes];

    private ZmtpSubscriber(Stream stream, byte[] topic) => (_output, _input, _topic) = (stream, new BufferedStream(stream), topic);

    /// <summary>Greets the publisher and subscribes. Sets no time limit of its own. The caller keeps <paramref name="stream"/> and disposes it.</summary>
    /// <param name="topic">At most 200 ASCII letters that the messages begin with.</param>
    /// <exception cref="IOException">The connection broke, or <see cref="ZmtpException"/>.</exception>
    public static async Task<ZmtpSubscriber> SubscribeAsync(Stream stream, string topic, CancellationToken cancellation)
    {
        var subscriber = new ZmtpSubscriber(stream, Encoding.ASCII.GetBytes(topic));

        // Step by step: libzmq 4.3.4 hangs up on a client that sends a subscription before libzmq has sent its own READY.
        var minor = await subscriber.GreetAsync(cancellation);
        await subscriber.SendAsync(Command, [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "SUB"u8], cancellation);
        await subscriber.AwaitReadyAsync(cancellation);
        await (minor == 0 ? subscriber.SendAsync(0, [1, .. subscriber._topic], cancellation)
            : subscriber.SendAsync(Command, [9, .. "SUBSCRIBE"u8, .. subscriber._topic], cancellation));
        return subscriber;
    }

    /// <summary>Returns after the next message that begins with the topic. Answers pings meanwhile.</summary>
    /// <exception cref="IOException">As <see cref="SubscribeAsync"/>.</exception>
    public async Task ReadMessageAsync(CancellationToken cancellation)
    {
        bool first = true, wanted = false;
        while (true)
        {
            var (flags, size) = await ReadHeaderAsync(cancellation);
            if ((flags & Command) != 0)
            {
                await ObeyAsync(size, cancellation);
                continue;
            }

            var looked = first ? (int)Math.Min(size, _topic.Length) : 0;
            await ReadAsync(looked, cancellation);
            wanted = first ? _scratch.AsSpan(0, looked).SequenceEqual(_topic) : wanted;
            await SkipAsync(size - looked, cancellation);
            first = (flags & More) == 0;
            if (first && wanted)
            {
                return;
            }
        }
    }

    /// <summary>The minor version that the publisher speaks.</summary>
    private async Task<int> GreetAsync(CancellationToken cancellation)
    {
        // Signature, version 3.1, mechanism, and 32 bytes that say "not a server" and nothing.
        byte[] greeting = [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1, .. "NULL"u8, .. new byte[16 + 32]];
        await _output.WriteAsync(greeting, cancellation);

        // In three parts: an end that speaks another or an older protocol may send less than a greeting.
        var theirs = await ReadAsync(1, cancellation);
        if (theirs.Span[0] == 0xff)
        {
            theirs = await ReadAsync(SignatureBytes - 1, cancellation);
        }

        if (theirs.Length != SignatureBytes - 1 || (theirs.Span[^1] & 1) == 0)
        {
            throw new ZmtpException("does not speak ZMTP: is this the port of --zmq-pub?");
        }

        var major = (await ReadAsync(1, cancellation)).Span[0];
        if (major < 3)
        {
            throw new ZmtpException($"speaks ZMTP {major}, older than 3");
        }

        var rest = await ReadAsync(GreetingBytes - SignatureBytes - 1, cancellation);
        var mechanism = Text(rest.Span[1..21].TrimEnd((byte)0));
        return mechanism == "NULL" ? rest.Span[0] : throw new ZmtpException($"wants the security mechanism '{mechanism}'");
    }

    private async Task AwaitReadyAsync(CancellationToken cancellation)
    {
        var (flags, size) = await ReadHeaderAsync(cancellation);
        if ((flags & Command) == 0)
        {
            throw new ZmtpException("sends a message before it is ready");
        }

        var body = await ReadAsync(Bounded(size), cancellation);
        var name = Name(body.Span, out var arguments);
        if (name.SequenceEqual("ERROR"u8))
        {
            throw Refusal(arguments);
        }

        if (!name.SequenceEqual("READY"u8))
        {
            throw new ZmtpException($"sends the command '{Text(name)}' instead of READY");
        }

        if (SocketType(arguments) is not ("PUB" or "XPUB") and var type)
        {
            throw new ZmtpException($"is a socket of type {type ?? "unknown"}, not PUB: is this the port of --zmq-pub?");
        }
    }

    /// <summary>Reads the properties of a READY command: name with a length of 1 byte, value with one of 4 bytes, and so on.</summary>
    private static string? SocketType(ReadOnlySpan<byte> properties)
    {
        string? type = null;
        while (!properties.IsEmpty)
        {
            var name = Name(properties, out var rest);
            var valueBytes = rest.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (valueBytes > rest.Length - sizeof(uint))
            {
                throw new ZmtpException($"sends a READY command whose property '{Text(name)}' does not fit into it");
            }

            var value = rest.Slice(sizeof(uint), (int)valueBytes);
            type = Text(name).Equals("Socket-Type", StringComparison.OrdinalIgnoreCase) ? Text(value) : type;
            properties = rest[(sizeof(uint) + (int)valueBytes)..];
        }

        return type;
    }

    /// <summary>Commands after the handshake. Unknown ones need no answer.</summary>
    private async Task ObeyAsync(long size, CancellationToken cancellation)
    {
        var body = await ReadAsync(Bounded(size), cancellation);
        var name = Name(body.Span, out var arguments);
        if (name.SequenceEqual("ERROR"u8))
        {
            throw Refusal(arguments);
        }

        if (name.SequenceEqual("PING"u8))
        {
            // A time to live of 2 bytes, for ends that close silent connections, and a context of at most 16 bytes to send back.
            var context = arguments.Length is < 2 or > 18 ? throw new ZmtpException("sends a PING of a wrong length") : arguments[2..].ToArray();
            await SendAsync(Command, [4, .. "PONG"u8, .. context], cancellation);
        }
    }

    private async Task<(byte Flags, long Size)> ReadHeaderAsync(CancellationToken cancellation)
    {
        var flags = (await ReadAsync(1, cancellation)).Span[0];
        if ((flags & ~(More | Long | Command)) != 0 || (flags & (More | Command)) == (More | Command))
        {
            throw new ZmtpException($"sends a frame with the flags {flags:x2}, which ZMTP does not know");
        }

        var size = (flags & Long) == 0 ? (await ReadAsync(1, cancellation)).Span[0]
            : BinaryPrimitives.ReadUInt64BigEndian((await ReadAsync(sizeof(ulong), cancellation)).Span);
        return size <= MaxFrameBytes ? (flags, (long)size) : throw new ZmtpException($"sends a frame of {size} bytes, more than {MaxFrameBytes}");
    }

    private Task SendAsync(byte flags, byte[] body, CancellationToken cancellation) =>
        _output.WriteAsync((byte[])[flags, (byte)body.Length, .. body], cancellation).AsTask();

    /// <returns>A part of the scratch buffer, valid until the next read.</returns>
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long count, CancellationToken cancellation)
    {
        var bytes = _scratch.AsMemory(0, (int)count);
        try
        {
            await _input.ReadExactlyAsync(bytes, cancellation);
        }
        catch (EndOfStreamException)
        {
            throw new IOException("closed the connection");
        }

        return bytes;
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellation)
    {
        while (count > 0)
        {
            count -= (await ReadAsync(Math.Min(count, _scratch.Length), cancellation)).Length;
        }
    }

    private static long Bounded(long size) =>
        size <= MaxCommandBytes ? size : throw new ZmtpException($"sends a command of {size} bytes, more than {MaxCommandBytes}");

    /// <summary>A length of 1 byte and so many letters.</summary>
    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> rest)
    {
        if (bytes.IsEmpty || bytes[0] > bytes.Length - 1)
        {
            throw new ZmtpException("sends a command with a name that does not fit into it");
        }

        rest = bytes[(1 + bytes[0])..];
        return bytes.Slice(1, bytes[0]);
    }

    private static ZmtpException Refusal(ReadOnlySpan<byte> reason) => new($"refuses: {Text(Name(reason, out _))}");

    private static string Text(ReadOnlySpan<byte> bytes) => OutsideText.Clean(Encoding.ASCII.GetString(bytes));
}
