using Microsoft.Extensions.Options;
using P2PMiner.Hashing;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Hashing;

/// <summary>
/// Writes every searched range to a file, so that one can check that no nonce was hashed twice. One line per slice:
/// unix milliseconds, lease, extra nonce, first nonce, count, blob in hex.
/// </summary>
internal sealed class SearchLedger : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TextWriter? _file;

    public SearchLedger(IOptions<LedgerOptions> options, TimeProvider clock)
    {
        _clock = clock;
        if (options.Value.File is { Length: > 0 } path)
        {
            _file = TextWriter.Synchronized(new StreamWriter(path, append: true) { AutoFlush = true });
        }
    }

    public void Record(WorkUnit unit, NonceRange searched)
    {
        if (_file is null || searched.IsEmpty)
        {
            return;
        }

        _file.WriteLine($"{_clock.GetUtcNow().ToUnixTimeMilliseconds()} {unit.LeaseId} {unit.ExtraNonce} {searched.First} {searched.Count} " +
            Convert.ToHexStringLower(unit.Blob.AsSpan()));
    }

    public void Dispose() => _file?.Dispose();
}
