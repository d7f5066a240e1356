namespace P2PMiner.TestKit;

/// <summary>Reads what nodes recorded of their searches (SearchLedger).</summary>
internal static class LedgerFiles
{
    /// <summary>Says which nonces of which blob were searched twice; null: none.</summary>
    /// <param name="paths">One file of each node.</param>
    public static string? FindOverlap(params IEnumerable<string> paths)
    {
        var slices = paths.SelectMany(File.ReadLines).Select(line => line.Split(' ')).ToArray();
        if (slices.Length == 0)
        {
            return "nothing was recorded";
        }

        foreach (var blob in slices.GroupBy(slice => slice[5]))
        {
            var end = 0UL;
            foreach (var (first, count) in blob.Select(slice => (ulong.Parse(slice[3]), ulong.Parse(slice[4]))).Order())
            {
                if (first < end)
                {
                    return $"nonces from {first:x8} on were searched twice in blob {blob.Key}";
                }

                end = first + count;
            }
        }

        return null;
    }
}
