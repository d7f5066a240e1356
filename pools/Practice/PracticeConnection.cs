using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace P2PMiner.Pools.Practice;

/// <summary>
/// The transport of one miner: lines in, one at a time, and a bounded queue of lines out. Knows nothing of jobs; requests go to the pool.
/// </summary>
internal sealed class PracticeConnection
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly PracticePool _pool;
    private readonly PracticePoolOptions _options;
    private readonly X509Certificate2? _certificate;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly TokenBucket _requests;
    private readonly Channel<byte[]> _outgoing;
    private readonly CancellationTokenSource _ended = new();   // has no timer: left to the collector, since End may come at any time
    private string? _endReason;
    private long _lastLine;

    public PracticeConnection(
        Socket socket, IPEndPoint remote, PracticePool pool, PracticePoolOptions options, X509Certificate2? certificate, TimeProvider clock,
        ILogger log)
    {
        (_socket, Remote, _pool, _options, _certificate, _clock, _log) = (socket, remote, pool, options, certificate, clock, log);
        _requests = new TokenBucket(options.RequestsPerSecond, options.RequestBurst, clock);
        _outgoing = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(options.SendQueueLength) { SingleReader = true });
        Opened = _lastLine = clock.GetTimestamp();
    }

    public IPEndPoint Remote { get; }

    /// <summary>Goes into every submit of this connection.</summary>
    public string SessionId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Timestamp of the pool's clock.</summary>
    public long Opened { get; }

    /// <summary>Timestamp of the last whole line; single bytes do not count as a sign of life.</summary>
    public long LastLine => Volatile.Read(ref _lastLine);

    /// <summary>Set at login; guarded by the pool's lock.</summary>
    public PracticeMiner? Miner { get; set; }

    /// <summary>Set when it subscribes in Stratum v1, which it speaks from then on; guarded by the pool's lock.</summary>
    public PracticeV1Miner? V1 { get; set; }

    /// <summary>Its last request was of Stratum v1, so that an error is worded in it. Only its reading task asks.</summary>
    public bool SpeaksV1 { get; set; }

    public bool IsLoggedIn => Miner is not null || V1 is { IsAuthorized: true };

    /// <summary>The login named algorithms: jobs name theirs too. Guarded by the pool's lock.</summary>
    public bool WithAlgo { get; set; }

    /// <summary>Queues a line. A full queue ends the connection: a miner that does not read must not hold our memory.</summary>
    public void Send(byte[] line)
    {
        if (!_outgoing.Writer.TryWrite(line))
        {
            End("it does not read what it is sent");
        }
    }

    /// <summary>Ends the connection soon; only the first reason is kept. Safe under the pool's lock: nothing runs inline.</summary>
    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _endReason, reason, null);
        _ = _ended.CancelAsync();
    }

    /// <summary>Ends the connection once the lines queued so far are sent.</summary>
    public void EndAfterQueue(string reason)
    {
        Interlocked.CompareExchange(ref _endReason, reason, null);
        _outgoing.Writer.TryComplete();
    }

    /// <summary>The other end has closed it, and nothing that it sent is left to read.</summary>
    public bool IsClosedByPeer()
    {
        try
        {
            // Our reader may take the bytes between the two checks, which looks like the end once; the real end looks like it every time.
            return Enumerable.Range(0, 4).All(_ => _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Serves the miner until the connection ends. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            await using var stream = await OpenAsync();
            var writing = WriteAsync(stream);
            try
            {
                await ReadAsync(stream);
            }
            finally
            {
                // The last line is often the error that explains the end.
                _outgoing.Writer.TryComplete();
                await writing.WaitAsync(FlushTime, _clock, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException or TimeoutException)
        {
            End(e.Message);
        }
        catch (Exception e)
        {
            _log.ConnectionFailed(e, Remote);
        }
        finally
        {
            _socket.Dispose();
            _pool.Forget(this, _endReason ?? "it closed the connection");
        }
    }

    private async Task<Stream> OpenAsync()
    {
        _socket.NoDelay = true;
        var plain = new NetworkStream(_socket, ownsSocket: true);
        if (_certificate is null)
        {
            return plain;
        }

        var tls = new SslStream(plain);
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ended.Token);
            return tls;
        }
        catch (Exception failure)
        {
            await tls.DisposeAsync();
            throw failure is AuthenticationException or IOException
                ? new AuthenticationException($"no TLS handshake: {TlsFailure.Reason(failure, "does the miner speak TLS?")}") : failure;
        }
    }

    private async Task WriteAsync(Stream stream)
    {
        try
        {
            await foreach (var line in _outgoing.Reader.ReadAllAsync(_ended.Token))
            {
                await stream.WriteAsync(line, _ended.Token);
            }

            End("it closed the connection");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            End(e.Message);
        }
    }

    private async Task ReadAsync(Stream stream)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_ended.Token);
                var buffer = read.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end && buffer.Slice(0, end).Length <= _options.MaxLineBytes)
                {
                    if (!await TakeLineAsync(buffer.Slice(0, end)))
                    {
                        return;
                    }

                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                if (buffer.Length > _options.MaxLineBytes)
                {
                    _pool.RefuseLine(this);
                    _endReason ??= $"its line is longer than {_options.MaxLineBytes} bytes";
                    return;
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>False: the connection must end.</summary>
    private async ValueTask<bool> TakeLineAsync(ReadOnlySequence<byte> line)
    {
        Volatile.Write(ref _lastLine, _clock.GetTimestamp());
        if (_requests.Take() is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, _clock, _ended.Token);
        }

        var bytes = line.ToArray().AsMemory().Trim(" \t\r"u8);
        if (bytes.IsEmpty)
        {
            return true;
        }

        if (PracticeRequest.Parse(bytes.Span) is { } request)
        {
            await _pool.HandleAsync(this, request, _ended.Token);
            return true;
        }

        _pool.RefuseLine(this);
        _endReason ??= "its line is not a request";
        return false;
    }
}
