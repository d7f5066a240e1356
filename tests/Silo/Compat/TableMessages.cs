using P2PMiner.Interfaces.Tests;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Membership;

namespace P2PMiner.Silo.Tests.Compat;

/// <summary>Requests and answers of the table port, as frames.</summary>
internal sealed class TableMessages : ICompatFile
{
    private static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, 600, DateTimeKind.Utc);
    private static readonly WireSilo Silo = new("10.77.0.1", 9999, 42);

    public static TableSnapshot Table { get; } = new(9,
    [
        Row(Silo, SiloStatus.Active, [new(new("10.77.0.2", 9999, 43), Time)]),
        Row(new("fd00::1", 9999, 44), SiloStatus.Dead, []),
    ]);

    public string FileName => "table.txt";

    private static IEnumerable<TableRequest> Requests =>
    [
        new TableRequest.ReadAll(1), new TableRequest.ReadRow(2, Silo), new TableRequest.InsertRow(3, 2, 8, Table.Rows[0]),
        new TableRequest.UpdateRow(4, 3, 9, Table.Rows[1]), new TableRequest.UpdateIAmAlive(5, Silo, Time),
        new TableRequest.CleanUp(6, new DateTimeOffset(Time)), new TableRequest.DeleteAll(7), new TableRequest.HandOver(8),
        new TableRequest.Beacon(BeaconMessages.Write(BeaconMessages.Full), 9),
    ];

    private static IEnumerable<TableAnswer> Answers =>
    [
        .. Enum.GetValues<TableOutcome>().Select(outcome => new TableAnswer(outcome, 1)),
        new(TableOutcome.Done, 2, Table, Silo, new BeaconNews(3, [new WireBeacon(BeaconMessages.Write(BeaconMessages.Full), 250)])),
    ];

    public IEnumerable<CompatMessage> Make()
    {
        Assert.Equal(
            typeof(TableRequest).GetNestedTypes(System.Reflection.BindingFlags.NonPublic).Where(type => type.IsSubclassOf(typeof(TableRequest)))
                .Select(type => type.Name).Order(),
            Requests.Select(request => request.GetType().Name).Order());
        return
        [
            .. Requests.Select(request => Message(
                $"request {request.GetType().Name}", request, stream => TableFrames.WriteAsync(stream, request, CancellationToken.None))),
            .. Answers.Select((answer, number) => Message(
                $"answer {number}", answer, stream => TableFrames.WriteAsync(stream, answer, CancellationToken.None))),
        ];
    }

    public object Read(CompatMessage message)
    {
        var stream = new MemoryStream(message.Bytes);
        return message.Name.StartsWith("request", StringComparison.Ordinal)
            ? TableFrames.ReadRequestAsync(stream, CancellationToken.None).GetAwaiter().GetResult()!
            : TableFrames.ReadAnswerAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static SiloRow Row(WireSilo silo, SiloStatus status, Suspicion[] suspects)
        => new(silo, status, "a silo", "a host", 9998, Time, Time.AddMinutes(1), suspects);

    private static CompatMessage Message(string name, object value, Func<Stream, Task> write)
    {
        var stream = new MemoryStream();
        write(stream).GetAwaiter().GetResult();
        return new(name, stream.ToArray(), MemberLines.Of(value));
    }
}
