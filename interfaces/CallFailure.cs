namespace P2PMiner;

/// <summary>Why a grain call failed, for a log or a screen.</summary>
public static class CallFailure
{
    /// <summary>The part that is useful to a person: Orleans puts whole stack traces into its messages.</summary>
    public static string Brief(Exception error) => error switch
    {
        TimeoutException => "no answer in time",
        OrleansMessageRejectionException or SiloUnavailableException => "its silo cannot be reached",
        _ => OutsideText.Clean(error.Message.Split('\n')[0], OutsideText.LongMaxChars),
    };
}
