using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

public sealed class FarewellTableTests
{
    private static readonly SiloRow Own = RowOf(1, SiloStatus.Active);
    private static readonly SiloRow Other = RowOf(2, SiloStatus.Active);
    private readonly FarewellTable _table = new(new(7, [Own, Other]));

    [Fact]
    public void ReadAll_ShowsTheLastTableKnown() => Assert.Equal([Own, Other], Read(new TableRequest.ReadAll(0)).Rows);

    [Fact]
    public void ReadRow_ShowsThatRowAtThatVersion()
    {
        var read = Read(new TableRequest.ReadRow(0, Other.Silo));

        Assert.Equal((7, Other), (read.Version, Assert.Single(read.Rows)));
        Assert.Equal(2, Read(new TableRequest.ReadAll(0)).Rows.Count);
    }

    [Fact]
    public void Update_IsTakenAndSeenByTheNextRead()
    {
        var leaving = RowOf(1, SiloStatus.ShuttingDown);
        Assert.Equal(TableOutcome.Done, _table.Answer(new TableRequest.UpdateRow(0, 0, 7, leaving)).Outcome);

        var read = Read(new TableRequest.ReadAll(0));
        Assert.Equal(8, read.Version);
        Assert.Equal([Other, leaving], read.Rows);
    }

    [Fact]
    public void Insert_IsTakenAndSeenByTheNextRead()
    {
        var joining = RowOf(3, SiloStatus.Joining);
        Assert.Equal(TableOutcome.Done, _table.Answer(new TableRequest.InsertRow(0, 0, 7, joining)).Outcome);

        Assert.Equal([Own, Other, joining], Read(new TableRequest.ReadAll(0)).Rows);
    }

    [Fact]
    public void WhatElseIsAsked_IsDone()
    {
        Assert.Equal(TableOutcome.Done, _table.Answer(new TableRequest.UpdateIAmAlive(0, Own.Silo, DateTime.UnixEpoch)).Outcome);
        Assert.Equal(TableOutcome.Done, _table.Answer(new TableRequest.CleanUp(0, DateTimeOffset.UnixEpoch)).Outcome);
        Assert.Equal([Own, Other], Read(new TableRequest.ReadAll(0)).Rows);
    }

    private TableSnapshot Read(TableRequest request)
    {
        var answer = _table.Answer(request);
        Assert.Equal(TableOutcome.Done, answer.Outcome);
        return answer.Table!;
    }

    private static SiloRow RowOf(int port, SiloStatus status)
        => new(new("127.0.0.1", port, 1), status, "silo", "host", 0, DateTime.UnixEpoch, DateTime.UnixEpoch, []);
}
