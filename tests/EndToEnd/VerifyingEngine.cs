using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using P2PMiner.Native;

namespace P2PMiner.EndToEnd.Tests;

/// <summary>A real engine for a pool of the test: it hashes nothing but what it verifies, in light mode.</summary>
internal static class VerifyingEngine
{
    public static HashEngine Create() => new(
        Options.Create(new HashEngineOptions { Threads = 1, RandomXMode = RandomXMode.Light, Niceness = 0 }), TimeProvider.System,
        NullLogger<HashEngine>.Instance);
}
