namespace P2PMiner.Silo.Web;

/// <summary>The files that our own pages need. They hold nothing of this node, so that the login page may have them, too.</summary>
internal static class WebAssets
{
    public const string Style = "/style.css";

    /// <summary>Renews pages while somebody looks at them; see the file for how.</summary>
    public const string Script = "/live.js";

    public static bool Has(PathString path) => path == Style || path == Script;

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        Map(Style, "text/css; charset=utf-8");
        Map(Script, "text/javascript; charset=utf-8");

        void Map(string path, string type)
        {
            var file = new Lazy<byte[]>(() => Read(path[1..]));
            routes.MapGet(path, () => Results.Bytes(file.Value, type));
        }
    }

    private static byte[] Read(string name)
    {
        using var from = typeof(WebAssets).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[from.Length];
        from.ReadExactly(bytes);
        return bytes;
    }
}
