using P2PMiner.Silo.MachineTuning;

namespace P2PMiner.Silo.Tests.MachineTuning;

/// <summary>
/// A made-up file tree, and registers beside it: in a plain file those with neighbouring numbers would lie across each other. It can refuse, forget, and be
/// killed between any two writes.
/// </summary>
internal sealed class FakeMachine(MadeUpMachine tree) : IMachine, IMsrDevice
{
    private readonly Dictionary<(int Cpu, uint Register), ulong> _registers = [];
    private readonly Machine _files = new(tree.Root);

    public string Root => tree.Root;

    public IMsrDevice Registers => this;

    public List<int> OnlineCpus { get; } = [];

    IReadOnlyList<int> IMsrDevice.Cpus => OnlineCpus;

    /// <summary>Appear when the module is loaded.</summary>
    public int[] CpusOfModule { get; init; } = [];

    /// <summary>Throws what the kernel would; null: it is let through.</summary>
    public Func<MachinePlace, Exception?> RefuseWrite { get; set; } = _ => null;

    public Func<MachinePlace, Exception?> RefuseRead { get; set; } = _ => null;

    /// <summary>What is kept of a value that is written.</summary>
    public Func<MachinePlace, string, string> Kept { get; set; } = (_, value) => value;

    /// <summary>Writes until it is killed; null: it never is.</summary>
    public int? WritesLeft { get; set; }

    public int Writes { get; private set; }

    /// <summary>Changes nothing of what a register was, and needs no permission.</summary>
    public ulong this[int cpu, uint register]
    {
        get => _registers.GetValueOrDefault((cpu, register));
        set => _registers[(cpu, register)] = value;
    }

    public FakeMachine WithCpus(params int[] cpus)
    {
        OnlineCpus.AddRange(cpus);
        return this;
    }

    public FakeMachine With(MsrPreset preset, ulong value)
    {
        OnlineCpus.ForEach(cpu => preset.Settings.ToList().ForEach(setting => this[cpu, setting.Register] = value + (ulong)cpu));
        return this;
    }

    /// <summary>All registers and files.</summary>
    public IReadOnlyList<string> Everything()
        => [.. tree.Everything(), .. _registers.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key.Cpu} {pair.Key.Register:x}: {pair.Value:x}")];

    ulong IMsrDevice.Read(int cpu, uint register)
        => RefuseRead(MachinePlace.OfRegister(cpu, register)) is { } refusal ? throw refusal : this[cpu, register];

    void IMsrDevice.Write(int cpu, uint register, ulong value)
    {
        var place = MachinePlace.OfRegister(cpu, register);
        Before(place);
        this[cpu, register] = Convert.ToUInt64(Kept(place, MachinePlace.TextOf(value)), 16);
    }

    public void WriteFile(string path, string line)
    {
        Before(new(path));
        _files.WriteFile(path, Kept(new(path), line));
        if (path.EndsWith("/nr_hugepages", StringComparison.Ordinal))
        {
            _files.WriteFile(path.Replace("nr_", "free_", StringComparison.Ordinal), Kept(new(path), line));
        }
    }

    public void LoadMsrModule() => OnlineCpus.AddRange(CpusOfModule);

    private void Before(MachinePlace place)
    {
        if (WritesLeft == 0)
        {
            throw new KilledException();
        }

        WritesLeft--;
        Writes++;
        if (RefuseWrite(place) is { } refusal)
        {
            throw refusal;
        }
    }
}
