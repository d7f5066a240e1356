using P2PMiner.Hashing;
using P2PMiner.Native;
using P2PMiner.Silo.Node;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Terminal;

namespace P2PMiner.Silo.Commands;

/// <summary>
/// Hashes hex inputs from standard input, one per line; an empty line is the empty input. With rx/2 the commitment follows on a line of its
/// own. Stops at the first bad line.
/// </summary>
internal static class HashCommand
{
    private const int MaxInputBytes = 65_536;
    private const int GhostRiderInputBytes = 80;
    private const int ShownDigits = 40;

    /// <summary>Lines already hashed are on standard output when a bad one ends the command.</summary>
    /// <exception cref="InputException">A line is not hex, or of a wrong length.</exception>
    /// <exception cref="HashEngineException">No memory, or the algorithm is not available.</exception>
    public static async Task<int> RunAsync(CommandLineConfiguration commandLine, ProgramIo io, CancellationToken cancellation)
    {
        using var hasher = Hasher.Create(commandLine.Algorithm!.Value, commandLine.Seed, commandLine.HashFast, Environment.ProcessorCount);
        for (var number = 1; await io.In.ReadLineAsync(cancellation) is { } line; number++)
        {
            var input = Read(line.Trim(), number);
            if (commandLine.Algorithm == Algorithm.GhostRider && input.Length != GhostRiderInputBytes)
            {
                throw new InputException(
                    $"line {number}: an input of ghostrider is a block header of {GhostRiderInputBytes} bytes, and this one has {input.Length}");
            }

            var hash = hasher.Hash(input);
            await io.Out.WriteLineAsync(hash.ToString());
            if (commandLine.Algorithm == Algorithm.RandomXV2)
            {
                await io.Out.WriteLineAsync($"commitment {Commitment.Of(input, hash)}");
            }

            await io.Out.FlushAsync(cancellation);
        }

        return ExitCode.Done;
    }

    private static byte[] Read(string line, int number)
    {
        if (line.Length > 2 * MaxInputBytes)
        {
            throw new InputException($"line {number}: {line.Length} digits are too many; an input has at most {MaxInputBytes} bytes");
        }

        if (!line.All(char.IsAsciiHexDigit))
        {
            throw new InputException($"line {number}: '{OutsideText.Clean(line, ShownDigits)}' is not hex");
        }

        return line.Length % 2 == 0 ? Convert.FromHexString(line)
            : throw new InputException($"line {number}: {line.Length} hex digits are not a whole number of bytes");
    }
}
