using System.Globalization;

namespace P2PMiner;

/// <summary>
/// Lets some lines of a log through in each period and counts those that it leaves out, so that outsiders cannot fill the log. One for each
/// kind of line, or for all lines that one sender can cause. Any thread.
/// </summary>
public sealed class LogLimit(TimeProvider clock, int lines, TimeSpan period)
{
    private readonly Lock _gate = new();
    private long _periodStart;
    private int _written;
    private long _leftOut;

    /// <summary>Whether the line may be written now.</summary>
    /// <param name="leftOut">To end the line with: empty, or how many were left out since the last one.</param>
    public bool Allows(out string leftOut)
    {
        leftOut = "";
        lock (_gate)
        {
            if (_written > 0 && clock.GetElapsedTime(_periodStart) >= period)
            {
                _written = 0;
            }

            if (_written >= lines)
            {
                _leftOut++;
                return false;
            }

            if (_written++ == 0)
            {
                _periodStart = clock.GetTimestamp();
            }

            if (_leftOut > 0)
            {
                leftOut = string.Create(CultureInfo.InvariantCulture, $" ({_leftOut} more before this were left out)");
                _leftOut = 0;
            }

            return true;
        }
    }
}
