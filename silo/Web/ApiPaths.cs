namespace P2PMiner.Silo.Web;

/// <summary>Paths for programs, not for people: their errors are JSON, and nothing there leads to the login page.</summary>
internal static class ApiPaths
{
    private static readonly PathString[] OfXmrig = ["/1", "/2", "/api.json", "/json_rpc", "/cluster"];
    private static readonly PathString[] Others = ["/api", "/metrics", "/mmpos"];

    public static bool Has(PathString path) => AreOfXmrig(path) || Others.Any(start => path.StartsWithSegments(start));

    /// <summary>Paths on which XMRig's order of checks and status codes hold.</summary>
    public static bool AreOfXmrig(PathString path) => OfXmrig.Any(start => path.StartsWithSegments(start));
}
