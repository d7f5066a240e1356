namespace P2PMiner.Silo.Alerts;

internal enum AlertChangeKind
{
    Bad,
    Good,
    News,
}
