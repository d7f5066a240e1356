namespace P2PMiner.Pools.Transport;

/// <summary>
/// A connection without TLS that notices when the other end expects TLS. We speak first on every connection to a pool or daemon, so an end
/// that hangs up before it has said anything did not understand us, and one that speaks TLS shows it in its first byte.
/// </summary>
/// <param name="inner">Owned from now on.</param>
/// <param name="secureScheme">The scheme of the same protocol with TLS.</param>
internal sealed class PlainStream(Stream inner, string secureScheme) : Stream
{
    // Types of a TLS record (RFC 8446, 5.1). Neither a line of JSON nor an HTTP answer begins with them.
    private const byte Alert = 21;
    private const byte Handshake = 22;

    private bool _spoke;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="IOException">Also: the other end seems to expect TLS.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _spoke || buffer.IsEmpty ? inner.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var read = await inner.ReadAsync(buffer, cancellation);
        _spoke = true;
        return read == 0 ? throw new IOException($"the other side hung up before it said anything: does this port want TLS ({secureScheme}://)?")
            : buffer.Span[0] is Alert or Handshake ? throw new IOException($"the other side speaks TLS: this port wants {secureScheme}://")
            : read;
    }
}
