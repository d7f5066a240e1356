namespace P2PMiner.Native;

/// <summary>The <c>p2ph_status</c> of the native header.</summary>
internal enum NativeStatus
{
    Ok = 0,
    Argument = 1,
    State = 2,
    Memory = 3,
    Unsupported = 4,
    Internal = 5,
}
