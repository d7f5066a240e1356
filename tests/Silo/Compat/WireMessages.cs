using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using P2PMiner.Hashing;
using P2PMiner.Interfaces.Tests;

namespace P2PMiner.Silo.Tests.Compat;

/// <summary>What travels in grain calls, by Orleans' serialiser.</summary>
internal sealed class WireMessages : ICompatFile
{
    private readonly Serializer _serializer = new ServiceCollection()
        .AddSerializer(builder => builder.AddAssembly(typeof(Hash256).Assembly)).BuildServiceProvider().GetRequiredService<Serializer>();

    public string FileName => "values.txt";

    public IEnumerable<CompatMessage> Make() => WireSamples.Types.SelectMany(
        type => new[] { Message(type, "full", WireSamples.Full(type)), Message(type, "bare", WireSamples.Bare(type)) });

    public object Read(CompatMessage message)
    {
        var alias = message.Name.Split(' ')[0];
        var type = WireSamples.Types.SingleOrDefault(type => WireSamples.AliasOf(type) == alias);
        Assert.True(type is not null, $"no type of the contract has the alias {alias} any more, and the older version sends it");
        var value = (IWireValue)typeof(Reader<>).MakeGenericType(type).GetMethod(nameof(Reader<>.Read))!.Invoke(null, [_serializer, message.Bytes])!;
        Assert.Null(value.FindFault());
        return value;
    }

    private CompatMessage Message(Type type, string which, object value)
    {
        Assert.True(((IWireValue)value).FindFault() is null, $"the {which} sample of {type.Name}: {((IWireValue)value).FindFault()}");
        var bytes = (byte[])typeof(Reader<>).MakeGenericType(type).GetMethod(nameof(Reader<>.Write))!.Invoke(null, [_serializer, value])!;
        return new($"{WireSamples.AliasOf(type)} {which}", bytes, MemberLines.Of(value));
    }

    private static class Reader<T>
    {
        public static T? Read(Serializer serializer, byte[] bytes) => serializer.Deserialize<T>(bytes);

        public static byte[] Write(Serializer serializer, T value) => serializer.SerializeToArray(value);
    }
}
