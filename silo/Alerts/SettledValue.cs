namespace P2PMiner.Silo.Alerts;

/// <summary>Something that always has one value, whose change is news once it has lasted. Plain state of one reign; one caller at a time.</summary>
internal sealed class SettledValue(TimeProvider clock)
{
    private string? _known;
    private string? _next;
    private long _since;
    private bool _isDecided;

    /// <summary>Takes over what was told before, except where this reign has decided already.</summary>
    public void Learn(string value) => _known = _isDecided ? _known : value;

    /// <param name="former">The value before; null: none is known, so that this one is no news.</param>
    /// <returns>True: it is another than before, and has lasted.</returns>
    public bool HasSettled(string value, out string? former)
    {
        if (value != _next)
        {
            (_next, _since) = (value, clock.GetTimestamp());
        }

        former = _known;
        if (value == _known || clock.GetElapsedTime(_since) < AlertBook.Settled)
        {
            return false;
        }

        (_known, _isDecided) = (value, true);
        return true;
    }
}
