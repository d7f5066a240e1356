namespace P2PMiner.Silo.Setup;

/// <summary>How a unit of the service manager stands.</summary>
/// <param name="IsEnabled">It starts at boot.</param>
/// <param name="IsActive">It runs, or did its work and counts as running.</param>
internal readonly record struct UnitState(bool IsEnabled, bool IsActive);
