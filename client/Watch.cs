using System.Globalization;
using P2PMiner.Jobs;
using P2PMiner.Pool;
using Spectre.Console;

namespace P2PMiner.Client;

/// <summary>Shows the cluster until told to stop: a table that is redrawn on a terminal, else one line each time.</summary>
internal sealed class Watch(ICluster cluster, TextWriter output, TimeProvider clock)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private sealed record Glance(PoolStatus Pool, JobStatus Job, IReadOnlyList<ClusterNode> Nodes);

    /// <summary>Returns when cancelled.</summary>
    public async Task RunAsync(bool json, bool screen, CancellationToken cancellation)
    {
        try
        {
            if (!json && screen)
            {
                await AnsiConsole.Live(new Text(""))
                    .StartAsync(live => EachAsync(glance => live.UpdateTarget(Draw(glance)), why => live.UpdateTarget(new Text(why)), cancellation));
                return;
            }

            var report = new JsonReport(output, lines: true);
            await EachAsync(
                glance =>
                {
                    if (json)
                    {
                        report.Status(glance.Pool, glance.Job, glance.Nodes);
                    }
                    else
                    {
                        output.WriteLine(Line(glance));
                    }
                },
                why => (json ? TextWriter.Null : output).WriteLine($"{Time} {OutsideText.Clean(why, OutsideText.LongMaxChars)}"),
                cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This is how it ends.
        }
    }

    private string Time => clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private async Task EachAsync(Action<Glance> show, Action<string> fail, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                show(await LookAsync().WaitAsync(cancellation));
            }
            catch (Exception silent) when (silent is TimeoutException or OrleansException)
            {
                fail("no answer from the cluster; asking again");
            }

            await Task.Delay(Period, clock, cancellation);
        }
    }

    private async Task<Glance> LookAsync()
    {
        var job = await cluster.GetJobAsync();
        return new(await cluster.GetPoolAsync(), job, await ClusterConsole.NodesAsync(cluster, job));
    }

    private string Line(Glance glance) => $"{Time} {Summary(glance)}";

    private static string Summary(Glance glance)
        => $"{glance.Pool.Pool ?? "no pool"} {glance.Pool.State.ToString().ToLowerInvariant()}, {NodeListing.Total(glance.Nodes)}, "
            + string.Create(CultureInfo.InvariantCulture, $"accepted {glance.Pool.Accepted}, rejected {glance.Pool.Rejected}, lost {glance.Pool.Lost}");

    private Rows Draw(Glance glance)
        => new([new Text(Line(glance)), .. NodeListing.Of(glance.Nodes, AnsiConsole.Profile.Width).Select(line => new Text(line)), new Text("Ctrl-C ends")]);
}
