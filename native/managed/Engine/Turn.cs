namespace P2PMiner.Native;

/// <summary>What a thread does next: work, a step, or neither, which is the end of it.</summary>
/// <param name="Work">Null: none.</param>
/// <param name="Build">Whose dataset the work is done with, or whose step it is. Stays until the turn is over.</param>
internal readonly record struct Turn(IQueuedWork? Work, DatasetBuild? Build, BuildStep Step)
{
    public bool IsTheEnd => Work is null && Build is null;
}
