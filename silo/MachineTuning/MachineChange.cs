namespace P2PMiner.Silo.MachineTuning;

/// <summary>A value to be put in the place of another.</summary>
/// <param name="Old">What was read there.</param>
internal readonly record struct MachineChange(MachinePlace Place, string Old, string Wanted);

/// <summary>What became of it.</summary>
/// <param name="Now">Read back; null: it could not be.</param>
/// <param name="Failure">Why it could not be written or read back, for people; null: it was.</param>
internal readonly record struct MachineChanged(MachineChange Change, string? Now, string? Failure)
{
    public bool IsAsWanted => Failure is null && Now == Change.Wanted;
}
