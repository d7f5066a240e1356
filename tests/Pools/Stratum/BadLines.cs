namespace P2PMiner.Pools.Tests.Stratum;

/// <summary>Lines of pools of which nothing can be used, in Latin-1, without their ends.</summary>
internal static class BadLines
{
    public static TheoryData<string> All =>
    [
        "{ id: null, result: [], error: true }",
        """{"error":null,"id":auth,"result":true}""",
        """{"id":9,"result":""",
        "[1,2]",
        "HTTP/1.1 400 Bad Request",
        "\u00e4\u00f6\u00fc",
        "\u0016\u0003\u0001",
    ];
}
