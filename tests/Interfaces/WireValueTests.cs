using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using CsCheck;
using P2PMiner.Alerts;
using P2PMiner.Hashing;
using P2PMiner.Jobs;
using P2PMiner.Keys;
using P2PMiner.Pool;

namespace P2PMiner.Interfaces.Tests;

/// <summary>What travels may be anything. Types and methods are found by reflection, so that a new one is tested from its first day.</summary>
public sealed class WireValueTests
{
    /// <summary>Texts that go on as they are, to a pool or into the key file, and are not shown: the rest is clean for whoever reads it.</summary>
    private static readonly string[] RawTexts =
    [
        $"{nameof(PoolJob)}.{nameof(PoolJob.JobId)}", $"{nameof(PoolJob)}.{nameof(PoolJob.Parent)}",
        $"{nameof(StratumV1Template)}.{nameof(StratumV1Template.Time)}",
        $"{nameof(KeyOffer)}.{nameof(KeyOffer.Token)}", $"{nameof(Seed)}.{nameof(Seed.Hex)}",
        .. typeof(AlertSettings).GetProperties().Select(property => $"{nameof(AlertSettings)}.{property.Name}"),
        .. typeof(NewPool).GetProperties().Select(property => $"{nameof(NewPool)}.{property.Name}"),
    ];

    public static TheoryData<Type> WireTypes => [.. WireValues.Types];

    private static IEnumerable<MethodInfo> Methods => typeof(Hash256).Assembly.GetExportedTypes()
        .Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type)).SelectMany(type => type.GetMethods());

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void FindFault_ArbitraryMembers_NeverThrowsAndQuotesNoText(Type type) => Gen.Int.Sample(seed =>
    {
        var fault = WireFault.OfAny("it", new WireValues(new Random(seed)).Any(type));
        Assert.DoesNotContain("nothing here can check", fault);
        Assert.True(fault?.All(OutsideText.IsHarmless) != false, fault);
    }, iter: 200);

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void FindFault_NullInAMemberThatIsNeverNull_IsAFault(Type type)
    {
        if (type.IsAbstract || !typeof(IWireValue).IsAssignableFrom(type))
        {
            return;
        }

        var values = new WireValues(new Random(1));
        var sound = Enumerable.Range(0, 100_000).Select(_ => (IWireValue?)values.Any(type)).First(value => value is not null && value.FindFault() is null)!;
        var nullability = new NullabilityInfoContext();
        foreach (var member in WireValues.MembersOf(type)
            .Where(member => nullability.Create(member).WriteState == NullabilityState.NotNull && !member.PropertyType.IsValueType))
        {
            var value = (IWireValue)values.Made(type, other => other == member ? null : other.GetValue(sound));
            Assert.True(value.FindFault() is not null, $"{type.Name} takes null for {member.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Texts_FromAnotherNode_AreCleanForWhoeverReadsThem(Type type)
    {
        if (type.IsAbstract)
        {
            return;
        }

        var value = new WireValues(new Random(1)).Made(type, member => member.PropertyType == typeof(string) ? WireValues.Hostile
            : !typeof(IEnumerable<string>).IsAssignableFrom(member.PropertyType) ? DefaultOf(member.PropertyType)
            : member.PropertyType.IsValueType ? ImmutableArray.Create(WireValues.Hostile) : (string[])[WireValues.Hostile]);
        foreach (var member in type.GetProperties().Where(member => !RawTexts.Contains($"{type.Name}.{member.Name}")))
        {
            IEnumerable<string?> texts = member.GetIndexParameters().Length > 0 ? [] : member.PropertyType == typeof(string) ? [(string?)member.GetValue(value)]
                : typeof(IEnumerable<string>).IsAssignableFrom(member.PropertyType) ? ((IEnumerable)member.GetValue(value)!).Cast<string?>() : [];
            Assert.All(texts, text => Assert.True(text?.All(OutsideText.IsHarmless) != false, $"{type.Name}.{member.Name}"));
        }
    }

    [Fact]
    public void Methods_EveryParameterAndAnswer_IsOfATypeThatIsChecked()
    {
        var values = new WireValues(new Random(1));
        foreach (var method in Methods)
        {
            foreach (var type in method.GetParameters().Select(parameter => parameter.ParameterType).Concat(method.ReturnType.GetGenericArguments()))
            {
                var fault = Enumerable.Range(0, 50).Select(_ => values.Any(type)).OfType<object>().Select(value => WireFault.OfAny("it", value));
                Assert.DoesNotContain(fault, found => found?.Contains("nothing here can check", StringComparison.Ordinal) == true);
            }

            // The names of what may be null are read from the contract itself.
            _ = new WireMethod(method);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    [InlineData(-1)]
    public void HashRate_NoMachineHas_IsAFault(double rate) => Assert.NotNull(new HashRate(rate).FindFault());

    [Fact]
    public void NewPool_WhateverAnOwnerCanStartANodeWith_HasNoFault()
    {
        static NewPool Of(string text) => new() { Url = "one:1", User = text, Pass = text, RigId = text, RpcLogin = text };

        Assert.Null(Of("Grüße 🙂").FindFault());
        Assert.Null(new NewPool { Url = "one:1", User = "w", Pass = "a\u200db" }.FindFault());
        Assert.All(["a\u001b[2J", "a\nb", "a\u202eb"], text => Assert.NotNull(Of(text).FindFault()));
        Gen.String.Where(text => text.Length <= NewPool.MaxTextChars && PastedText.IsLegible(text)).Sample(text => Assert.Null(Of(text).FindFault()));
    }

    [Fact]
    public void SoundValues_HaveNoFault()
    {
        var slice = new SearchSlice
        {
            Generation = ulong.MaxValue, Algorithm = Algorithm.RandomX, Seed = Seed.FromBytes(new byte[32]), Blob = [.. new byte[76]], NonceOffset = 39,
            Range = NonceRange.All, Target = default,
        };
        Assert.Null(slice.FindFault());
        Assert.Null((slice with { Algorithm = Algorithm.GhostRider, Seed = Seed.None, Blob = [.. new byte[80]], NonceOffset = 76 }).FindFault());
        Assert.Null(new HashRate(0).FindFault());
        Assert.Null(PoolSet.None.FindFault());
        Assert.All([-5, 73, int.MaxValue, int.MinValue], offset => Assert.NotNull((slice with { NonceOffset = offset }).FindFault()));
        Assert.NotNull((slice with { Algorithm = Algorithm.GhostRider }).FindFault());
    }

    private static object? DefaultOf(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
