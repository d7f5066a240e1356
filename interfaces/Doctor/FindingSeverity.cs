namespace P2PMiner.Doctor;

/// <summary>How much a finding matters, the least first.</summary>
public enum FindingSeverity
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>Good to know, or could not be read.</summary>
    Note = 1,

    /// <summary>The machine hashes less than it could, or not at all.</summary>
    CostsSpeed = 2,

    /// <summary>Earnings, keys or the cluster are at risk.</summary>
    CostsSafety = 3,
}
