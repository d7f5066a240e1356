using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Silo.Membership;

/// <summary>The other side of a table connection sent something that is not allowed. The connection is dropped.</summary>
/// <param name="isOfOtherVersion">It speaks another <see cref="WireVersion"/>.</param>
internal sealed class TableProtocolException(string message, bool isOfOtherVersion = false) : Exception(message)
{
    public bool IsOfOtherVersion => isOfOtherVersion;

    public static void Unless([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new TableProtocolException(message);
        }
    }
}
