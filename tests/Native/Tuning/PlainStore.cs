namespace P2PMiner.Native;

/// <summary>A file without the rules of the data folder, which the silo's tests look after.</summary>
internal sealed class PlainStore(string path) : IMeasurementStore
{
    public string Path => path;

    public byte[]? Read() => File.Exists(path) ? File.ReadAllBytes(path) : null;

    public void Write(byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    public string? SetAside()
    {
        File.Move(path, $"{path}.aside");
        return $"{path}.aside";
    }
}
