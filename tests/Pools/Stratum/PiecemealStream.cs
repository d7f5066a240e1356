namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Gives out bytes in pieces of the given lengths, over and over; takes whatever is written.</summary>
/// <param name="answers">The first bytes are an answer: they come once something was written.</param>
internal sealed class PiecemealStream(byte[] bytes, int[] pieces, bool answers = false) : Stream
{
    private readonly TaskCompletionSource _asked = new();
    private int _at;
    private int _piece;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (answers)
        {
            await _asked.Task.WaitAsync(cancellationToken);
        }

        return Read(buffer, offset, count);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var bytes = new byte[buffer.Length];
        var read = await ReadAsync(bytes, 0, bytes.Length, cancellationToken);
        bytes.AsSpan(0, read).CopyTo(buffer.Span);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var length = Math.Min(Math.Min(count, pieces[_piece++ % pieces.Length]), bytes.Length - _at);
        bytes.AsSpan(_at, length).CopyTo(buffer.AsSpan(offset));
        _at += length;
        return length;
    }

    public override void Write(byte[] buffer, int offset, int count) => _asked.TrySetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
