namespace P2PMiner.Silo.Tests;

internal static class NativeLibrary
{
    /// <summary>Skips a test that hashes where the native library was not built.</summary>
    public static void Require()
        => Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "libp2ph.so")), "libp2ph.so is not built; make native builds it");
}
