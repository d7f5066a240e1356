using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>The machine that this process runs on, or a file tree in its place.</summary>
internal sealed class Machine(string root = "/") : IMachine
{
    public string Root => root;

    public IMsrDevice Registers { get; } = new MsrDevice(root);

    public void WriteFile(string path, string line)
    {
        using var file = new FileStream(MachineText.Place(root, path), FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }

    public void LoadMsrModule()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("modprobe", ["--quiet", "msr"]) { RedirectStandardError = true, RedirectStandardOutput = true });
            process?.WaitForExit();
        }
        catch (Win32Exception)
        {
            // There is no modprobe, and so most likely no modules: the registers stay out of reach, which is told then.
        }
    }
}
