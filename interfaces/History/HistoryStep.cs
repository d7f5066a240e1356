namespace P2PMiner.History;

/// <summary>How much time one sample stands for.</summary>
public enum HistoryStep
{
    /// <summary>60 s, kept for a day.</summary>
    Minute = 0,

    /// <summary>Kept for as long as the owner wants, 30 days unless set.</summary>
    TenMinutes = 1,
}
