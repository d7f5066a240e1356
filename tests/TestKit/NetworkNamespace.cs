using System.Diagnostics;
using System.Runtime.InteropServices;

namespace P2PMiner.TestKit;

/// <summary>A host's network that exists in a test only. Made and deleted with the ip tool.</summary>
internal sealed partial class NetworkNamespace : IAsyncDisposable
{
    private const int OpenReadOnly = 0;
    private const int NewNetwork = 0x40000000;

    private NetworkNamespace(string name) => Name = name;

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Missing => Environment.UserName == "root" ? null : "needs root, for network namespaces";

    public string Name { get; }

    /// <summary>One with its loopback up and nothing else.</summary>
    public static async Task<NetworkNamespace> CreateAsync(string name)
    {
        await RunIpAsync("netns", "add", name);
        var made = new NetworkNamespace(name);
        await made.IpAsync("link", "set", "lo", "up");
        return made;
    }

    /// <summary>What ip says to these arguments.</summary>
    public static async Task<string> RunIpAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {await error}");
    }

    /// <summary>The same, of this namespace.</summary>
    public Task<string> IpAsync(params string[] arguments) => RunIpAsync(["-n", Name, .. arguments]);

    /// <summary>What a program prints in this namespace.</summary>
    public Task<string> ExecuteAsync(params string[] arguments) => RunIpAsync(["netns", "exec", Name, .. arguments]);

    /// <summary>Does something here, on a thread that ends with it: sockets made there are this host's for as long as they live.</summary>
    public Task RunOnAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(Run) { IsBackground = true, Name = $"in {Name}" }.Start();
        return done.Task;

        void Run()
        {
            var file = -1;
            try
            {
                file = open($"/run/netns/{Name}", OpenReadOnly);
                if (file < 0 || setns(file, NewNetwork) != 0)
                {
                    throw new InvalidOperationException($"namespace {Name}: error {Marshal.GetLastPInvokeError()}");
                }

                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                // The outer edge of the thread: the one that waits gets it.
                done.SetException(e);
            }
            finally
            {
                _ = close(file);
            }
        }
    }

    public async ValueTask DisposeAsync() => await RunIpAsync("netns", "delete", Name);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int file, int kind);
}
