using System.Diagnostics.CodeAnalysis;

namespace P2PMiner.Silo.Membership;

/// <summary>The other side of a table connection sent something that is not allowed. The connection is dropped.</summary>
internal sealed class TableProtocolException(string message) : Exception(message)
{
    public static void Unless([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new TableProtocolException(message);
        }
    }
}
