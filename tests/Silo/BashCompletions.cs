using System.Diagnostics;
using System.Text;

namespace P2PMiner.Silo.Tests;

/// <summary>What bash proposes by a completion script.</summary>
internal static class BashCompletions
{
    /// <param name="lines">Words as bash splits them: each = and : is one of its own. The last is the one at the cursor, empty behind a space.</param>
    /// <returns>For each line the proposals, in order.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> OfAsync(string script, string folder, IReadOnlyList<IReadOnlyList<string>> lines)
    {
        var text = new StringBuilder(script);
        foreach (var line in lines)
        {
            var words = string.Join(' ', line.Select(word => $"'{word}'"));
            text.Append($"\nCOMP_WORDS=({words}); COMP_CWORD={line.Count - 1}; COMPREPLY=(); _{line[0].Replace('-', '_')}; echo \"${{COMPREPLY[*]}}\"");
        }

        var start = new ProcessStartInfo("bash", ["--norc", "-s"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        using var bash = Process.Start(start)!;
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.StandardInput.WriteAsync(text.Append('\n'));
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();
        Assert.Equal("", await error);
        return [.. (await output).Split('\n').SkipLast(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }
}
