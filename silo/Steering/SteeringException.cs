namespace P2PMiner.Silo.Steering;

/// <summary>What was sent is not done. The message says why in one line, and names the input if that is wrong.</summary>
internal sealed class SteeringException(int statusCode, string message) : Exception(message)
{
    public int StatusCode => statusCode;
}
