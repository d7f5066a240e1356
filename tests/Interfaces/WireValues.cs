using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Peers;

namespace P2PMiner.Interfaces.Tests;

/// <summary>
/// Values of the contract as deserialising may make them: any member null, default, extreme or hostile, whatever its type promises. Sound
/// ones are drawn often, with one or two members spoilt, since a value that is wrong all over is refused at its first member.
/// </summary>
internal sealed class WireValues(Random random)
{
    /// <summary>A lone surrogate comes last: JSON cannot have one.</summary>
    public const string Hostile = "a\u001b[2J\u009b1m\u0007b\r\n\u202ec\u2066\u200b\u2028\u2029\u00ad\ufeffd\ud83d";

    /// <summary><see cref="Hostile"/> as a JSON string can carry it.</summary>
    public static string HostileInJson => Hostile[..^1];

    private static readonly long[] Edges = [0, 1, -1, 2, 39, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, uint.MaxValue, 1L << 32, 1 << 20];
    private static readonly double[] Rates = [
        0, 1, -1, 1e9, 1e10, 1e300, -1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 5000];

    /// <summary>What exists where the values are sent: ids of nodes, seeds, names of sessions.</summary>
    public List<string> KnownTexts { get; } = [];

    public List<Seed> KnownSeeds { get; } = [Seed.FromBytes(new byte[32])];

    public List<NodeId> KnownNodes { get; } = [new(1)];

    /// <summary>All that travels.</summary>
    public static IEnumerable<Type> Types => typeof(Hash256).Assembly.GetExportedTypes()
        .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null && !typeof(Exception).IsAssignableFrom(type));

    public static IEnumerable<PropertyInfo> MembersOf(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.GetCustomAttribute<IdAttribute>() is not null);

    /// <summary>A value of that type; null also where the type says never.</summary>
    public object? Any(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } bare)
        {
            return Chance(3) ? null : Any(bare);
        }

        if (!type.IsValueType && Chance(12))
        {
            return null;
        }

        return type == typeof(string) ? Text()
            : type == typeof(bool) ? Chance(2)
            : type == typeof(double) ? Pick(Rates)
            : type == typeof(TimeSpan) ? new TimeSpan(Number())
            : type == typeof(UInt128) ? new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64())
            : type == typeof(NodeId) && Chance(2) ? Pick(KnownNodes)
            : type.IsEnum ? Enum.ToObject(type, Chance(4) ? (int)Number() : random.Next(Enum.GetValues(type).Length))
            : type.IsPrimitive ? Primitive(type)
            : typeof(IEnumerable).IsAssignableFrom(type) ? List(type)
            : type == typeof(Seed) && Chance(2) ? Pick(KnownSeeds)
            : Made(type);
    }

    /// <summary>A value with every member as <paramref name="of"/> gives it; null: as it is.</summary>
    public object Made(Type type, Func<PropertyInfo, object?> of)
    {
        var concrete = type.IsAbstract ? Pick([.. Types.Where(derived => derived.IsSubclassOf(type))]) : type;
        var value = RuntimeHelpers.GetUninitializedObject(concrete);
        foreach (var member in MembersOf(concrete))
        {
            member.SetValue(value, of(member));
        }

        return value;
    }

    private object Made(Type type)
    {
        var value = Chance(4) ? null : Sound(type);
        if (value is null)
        {
            return Made(type, member => Any(member.PropertyType));
        }

        // A copy: records are immutable to all but this.
        var members = MembersOf(value.GetType()).ToArray();
        var spoilt = Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(members.Length)).ToHashSet();
        return Made(value.GetType(), member => spoilt.Contains(Array.IndexOf(members, member)) ? Any(member.PropertyType) : member.GetValue(value));
    }

    /// <summary>One that nothing is wrong with; null: those of this type are made member by member.</summary>
    private object? Sound(Type type)
    {
        var (seed, blob) = (Pick(KnownSeeds), ImmutableArray.Create(new byte[76]));
        return type.Name switch
        {
            nameof(SearchSlice) => new SearchSlice
            {
                Generation = (ulong)Number(), Algorithm = Algorithm.RandomX, Seed = seed, Blob = blob, NonceOffset = 39,
                Range = NonceRange.All, Target = default,
            },
            nameof(WorkUnit) => new WorkUnit
            {
                Generation = (ulong)Number(), LeaseId = 1, JobSerial = 1, Algorithm = Algorithm.RandomX, Seed = seed, Blob = blob,
                NonceOffset = 39, ExtraNonce = 0,
                Range = NonceRange.All, Target = default,
            },
            nameof(PoolJob) => new PoolJob
            {
                Serial = (ulong)Number(), JobId = Hostile, Algorithm = Algorithm.RandomX, Blob = blob, NonceOffset = 39,
                Nonces = NonceRange.All, Target = default,
                Seed = seed, Pool = "pool:1", Parent = "00",
            },
            nameof(NonceRange) => new NonceRange((uint)random.NextInt64(1L << 32), 1),
            nameof(HashRate) => new HashRate(random.Next(100_000)),
            nameof(NodeAnnouncement) => new NodeAnnouncement
            {
                Node = Pick(KnownNodes), Capabilities = Capabilities, IsDatasetHost = Chance(2), DatasetMode = "fast", GuestThreads = random.Next(9),
            },
            nameof(PeerCapabilities) => Capabilities,
            _ => null,
        };
    }

    private static PeerCapabilities Capabilities => new()
    {
        HostName = Hostile, Cpu = Hostile, Cores = 4, Threads = 4, L2Bytes = 1, L3Bytes = 1, RamTotalBytes = 1, RamUsableBytes = 1,
        Isa = [Hostile], Version = Hostile,
    };

    private string? Text() => random.Next(6) switch
    {
        0 => "",
        1 => Hostile,
        2 => new string('x', random.Next(10_000)),
        3 => new string('0', 2 * random.Next(70)),
        _ when KnownTexts.Count > 0 => Pick(KnownTexts),
        _ => "stratum+tcp://127.0.0.1:9",
    };

    private object Primitive(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => (byte)Number(),
        TypeCode.Int32 => (int)Number(),
        TypeCode.UInt32 => (uint)Number(),
        TypeCode.Int64 => Number(),
        TypeCode.UInt64 => (ulong)Number(),
        _ => throw new NotSupportedException($"no {type.Name} travels yet"),
    };

    private object List(Type type)
    {
        var arguments = type.GetGenericArguments();
        if (type.Name.StartsWith("IReadOnlyDictionary", StringComparison.Ordinal))
        {
            var pairs = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            pairs[Any(arguments[0])!] = Any(arguments[1]);
            return pairs;
        }

        // A default array: its reference is null.
        if (type.IsValueType && Chance(6))
        {
            return Activator.CreateInstance(type)!;
        }

        var length = arguments[0] == typeof(byte) ? Pick([0, 3, 4, 76, 80, 80, 1024, 1025]) : Chance(40) ? 300 : random.Next(4);
        var array = Array.CreateInstance(arguments[0], length);
        for (var i = 0; i < length; i++)
        {
            array.SetValue(Any(arguments[0]), i);
        }

        return type.IsValueType
            ? typeof(ImmutableCollectionsMarshal)
                .GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!.MakeGenericMethod(arguments).Invoke(null, [array])!
            : array;
    }

    private long Number() => Chance(2) ? Pick(Edges) : random.Next(100);

    private bool Chance(int of) => random.Next(of) == 0;

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
