using System.Globalization;

namespace P2PMiner.Silo.MachineTuning;

/// <summary>Puts the preset of the processor into its registers.</summary>
internal sealed class MsrTuning(IMachine machine, MachineChanges changes)
{
    public const string Name = "MSR";

    /// <summary>
    /// Since Linux 5.9: "on" lets root write registers; "default" does so too and logs each one as a danger; "off" does not.
    /// </summary>
    public const string AllowWrites = "/sys/module/msr/parameters/allow_writes";

    public IEnumerable<TuneLine> Apply()
    {
        var cpu = CpuModel.Read(machine.Root);
        var preset = MsrPreset.For(cpu);
        if (MsrObstacle.Find(cpu, preset, machine.Registers) == MsrObstacle.NoModule)
        {
            machine.LoadMsrModule();
        }

        if ((MsrObstacle.Find(cpu, preset, machine.Registers) ?? MsrObstacle.OfKernel(machine.Root)) is { } why)
        {
            return [new(Name, $"left as they are: {why}")];
        }

        if (MachineText.Read(machine.Root, AllowWrites) is { } before and not "on")
        {
            // If this is refused, the writes below tell what it means.
            changes.Make([new(new(AllowWrites), before, "on")]);
        }

        return Apply(preset!);
    }

    /// <summary>Changes nothing.</summary>
    public static IEnumerable<TuneLine> Status(MsrView view)
    {
        if (view.Obstacle is not null)
        {
            yield return new(Name, view.Obstacle);
            yield break;
        }

        foreach (var register in view.Registers)
        {
            yield return new(Name, string.Create(CultureInfo.InvariantCulture, $"{register.Setting.Register:x}: {register.Value:x} on the first CPU; ")
                + (register.CpusAsWanted == register.Cpus ? $"as preset {view.Preset!.Name} wants it on {Count.Of(register.Cpus, "CPU")}"
                    : $"as preset {view.Preset!.Name} wants it on {register.CpusAsWanted} of {Count.Of(register.Cpus, "CPU")}"));
        }
    }

    private List<TuneLine> Apply(MsrPreset preset)
    {
        var cpus = machine.Registers.Cpus;
        var unread = new Dictionary<MachinePlace, string>();
        List<MachineChange> wanted = [];
        foreach (var setting in preset.Settings)
        {
            foreach (var place in cpus.Select(cpu => MachinePlace.OfRegister(cpu, setting.Register)))
            {
                try
                {
                    var old = machine.Registers.Read(place.Cpu, place.Register);
                    if (!setting.IsIn(old))
                    {
                        wanted.Add(new(place, MachinePlace.TextOf(old), MachinePlace.TextOf(setting.Over(old))));
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    unread[place] = Refusal.Of(e);
                }
            }
        }

        var made = changes.Make(wanted);
        return [Sum(preset, cpus.Count, unread, made), .. preset.Settings.SelectMany(setting => Wrong(setting.Register, cpus.Count, unread, made))];
    }

    private static TuneLine Sum(MsrPreset preset, int cpus, Dictionary<MachinePlace, string> unread, IReadOnlyList<MachineChanged> made)
    {
        var wrong = unread.Keys.Concat(made.Where(one => !one.IsAsWanted).Select(one => one.Change.Place)).Select(place => place.Register).Distinct().Count();
        var good = preset.Settings.Count - wrong;
        var registers = Count.Of(preset.Settings.Count, "register");
        return new(Name, wrong == 0 && made.Count == 0 ? $"preset {preset.Name}: {registers} of {Count.Of(cpus, "CPU")} already as wanted"
            : $"preset {preset.Name}: {(wrong == 0 ? registers : $"{good} of {registers}")} set on {Count.Of(cpus, "CPU")}");
    }

    /// <summary>At most one line for what was refused, and one for what was not kept.</summary>
    private static IEnumerable<TuneLine> Wrong(uint register, int cpus, Dictionary<MachinePlace, string> unread, IReadOnlyList<MachineChanged> made)
    {
        var name = register.ToString("x", CultureInfo.InvariantCulture);
        var refused = unread.Where(one => one.Key.Register == register).Select(one => one.Value)
            .Concat(made.Where(one => one.Change.Place.Register == register && one.Failure is not null).Select(one => one.Failure!)).ToList();
        if (refused.Count > 0)
        {
            yield return new(Name, $"{name}: refused on {refused.Count} of {Count.Of(cpus, "CPU")}: {refused[0]}");
        }

        var lost = made.Where(one => one.Change.Place.Register == register && one is { Failure: null, IsAsWanted: false }).ToList();
        if (lost.Count > 0)
        {
            yield return new(Name, $"{name}: {lost.Count} of {Count.Of(cpus, "CPU")} did not keep {lost[0].Change.Wanted} and have {lost[0].Now}");
        }
    }
}
