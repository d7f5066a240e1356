using CsCheck;
using P2PMiner.Silo.Discovery;
using P2PMiner.Silo.Node;

namespace P2PMiner.Discovery.Tests;

/// <summary>
/// What the election promises, over random histories of loss, delay, duplication, reordering, partitions, stalls, restarts and skewed
/// clocks.
/// </summary>
public sealed class ElectionSimulationTests
{
    private const int Histories = 3000;

    /// <summary>Once messages flow, each group has at most one master after this, but for the moment in which one takes over from another.</summary>
    private static readonly TimeSpan OneMasterWithin = TimeSpan.FromSeconds(6);

    /// <summary>The best node may have to wait out its challenge delay; then it rules for good.</summary>
    private static readonly TimeSpan FinalWithin = ElectionSimulation.Timing.MaxChallengeDelay + TimeSpan.FromSeconds(6);

    private static readonly TimeSpan TakeoverAtMost = TimeSpan.FromMilliseconds(150);

    [Fact]
    public void Simulate_AnyHistoryThenQuiet_EachGroupEndsWithItsBestNodeAsOnlyMaster() =>
        Schedule.Any.Sample(schedule =>
        {
            var run = new ElectionSimulation(schedule);
            run.RunUntil(ElectionSimulation.QuietFrom + FinalWithin);
            foreach (var group in run.Groups())
            {
                var master = run.RightMaster(group);
                foreach (var node in group)
                {
                    var decision = run.Decision(node);
                    var expected = master is null ? MasterRole.None : node == master ? MasterRole.Master : MasterRole.Following;
                    Assert.True(decision.Role == expected && (master is not { } m || decision.Master == schedule.Who(m).Id),
                        $"node {node} of [{string.Join(",", group)}] ends with {decision}, the master should be {master}");
                    Assert.True(master is not { } right || decision.Term == run.Decision(right).Term);
                }
            }
        }, iter: Histories, print: schedule => schedule.ToString());

    [Fact]
    public void Simulate_AnyHistoryThenQuiet_AStableGroupChangesNothing() =>
        Schedule.Any.Sample(schedule =>
        {
            var run = new ElectionSimulation(schedule);
            run.RunUntil(ElectionSimulation.QuietFrom + FinalWithin);
            var changes = run.Changes.Count;
            run.RunUntil(run.Now + TimeSpan.FromSeconds(60));
            Assert.Equal(changes, run.Changes.Count);
        }, iter: Histories / 3, print: schedule => schedule.ToString());

    [Fact]
    public void Simulate_AnyHistoryThenQuiet_TwoMastersOfAGroupOnlyDuringATakeover() =>
        Schedule.Any.Sample(schedule =>
        {
            var run = new ElectionSimulation(schedule);
            run.RunUntil(ElectionSimulation.QuietFrom + FinalWithin);
            foreach (var group in run.Groups())
            {
                AssertOneMaster(run, group, ElectionSimulation.QuietFrom + OneMasterWithin);
            }
        }, iter: Histories, print: schedule => schedule.ToString());

    /// <summary>A fifth of all packets lost on the only path there is, and reordering: nobody is taken for dead.</summary>
    [Fact]
    public void Simulate_TwentyPercentLoss_NothingChangesOnceAMasterRules() =>
        Quiet(nodes: Gen.Int[4, 7], loss: 0.2, TimeSpan.FromMilliseconds(100)).Sample(schedule =>
        {
            var run = new ElectionSimulation(schedule);
            run.RunUntil(ElectionSimulation.QuietFrom);
            Assert.DoesNotContain(run.Changes, change => change.At > TimeSpan.FromSeconds(15));
        }, iter: 500, print: schedule => schedule.ToString());

    [Fact]
    public void Simulate_MasterDiesAndReturns_EachTimeOneClaimAndNoDetours() =>
        Quiet(nodes: Gen.Int[3, 7], loss: 0, TimeSpan.FromMilliseconds(50)).Sample(schedule =>
        {
            var best = new ElectionSimulation(schedule).RightMaster([.. Enumerable.Range(0, schedule.Modes.Length)])!.Value;
            var (dies, returns) = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
            var run = new ElectionSimulation(schedule with { Faults = [new Fault(FaultKind.Restart, dies, best, returns - dies, 0)] });
            run.RunUntil(ElectionSimulation.QuietFrom);
            var whileDead = run.Changes.Where(change => change.At > dies && change.At < returns).ToArray();
            var after = run.Changes.Where(change => change.At >= returns).ToArray();

            var deputy = Assert.Single(whileDead, change => change.Decision.Role == MasterRole.Master).Node;
            Assert.All(whileDead, change => Assert.True(change.At - dies < ElectionSimulation.Timing.Timeout + TimeSpan.FromSeconds(1)));
            Assert.Contains(after, change => change.Decision.Role == MasterRole.Master && change.Node == best);

            // The deputy may hear of its successor from another before it hears it itself, and yields at once.
            Assert.DoesNotContain(after, change => change.Decision.Role != MasterRole.Following && change.Node != best && change.Node != deputy);
            Assert.Single(after, change => change.Decision.Role == MasterRole.Master);
            Assert.All(run.Changes.Where(change => change.At > dies).GroupBy(change => change.Node), changes => Assert.InRange(changes.Count(), 1, 3));
        }, iter: 500, print: schedule => schedule.ToString());

    /// <summary>As machines that are suspended together, or whose power fails for a moment: each time the best of them rules again, and alone.</summary>
    [Fact]
    public void Simulate_AllStandStillForAMinuteTenTimes_OneMasterAfterEach() =>
        Quiet(nodes: Gen.Int[3, 5], loss: 0, TimeSpan.FromMilliseconds(50)).Sample(schedule =>
        {
            var (still, every) = (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60) + FinalWithin);
            var nodes = Enumerable.Range(0, schedule.Modes.Length).ToArray();
            var run = new ElectionSimulation(schedule with
            {
                Faults = [.. from time in Enumerable.Range(0, 10) from node in nodes select new Fault(
                    FaultKind.Stall, FinalWithin + time * every, node, still, 0)],
            });
            for (var time = 1; time <= 10; time++)
            {
                run.RunUntil(FinalWithin + time * every - ElectionSimulation.Timing.Interval);
                var best = run.RightMaster(nodes)!.Value;
                Assert.All(nodes, node => Assert.Equal((node == best ? MasterRole.Master : MasterRole.Following, run.Decision(best).Term),
                    (run.Decision(node).Role, run.Decision(node).Term)));
            }
        }, iter: 100, print: schedule => schedule.ToString());

    private static Gen<Schedule> Quiet(Gen<int> nodes, double loss, TimeSpan delay) =>
        Gen.Select(nodes, Gen.Int, (count, seed) => new Schedule(new NodeMode[count], loss, 0, delay, [], 0, seed));

    private static void AssertOneMaster(ElectionSimulation run, int[] group, TimeSpan from)
    {
        var masters = new HashSet<int>();
        TimeSpan? since = null;
        foreach (var (at, node, decision) in run.Changes.Where(change => group.Contains(change.Node)))
        {
            _ = decision.Role == MasterRole.Master ? masters.Add(node) : masters.Remove(node);
            if (since is { } began && masters.Count < 2)
            {
                var start = began > from ? began : from;
                Assert.True(at - start <= TakeoverAtMost, $"two masters from {start} to {at}");
                since = null;
            }
            else if (masters.Count > 1)
            {
                since ??= at;
            }
        }

        Assert.True(masters.Count <= 1, $"masters at the end: {string.Join(", ", masters)}");
    }
}
