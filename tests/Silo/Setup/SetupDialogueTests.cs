using P2PMiner.Security;
using P2PMiner.Silo.Settings.CommandLine;
using P2PMiner.Silo.Setup;

namespace P2PMiner.Silo.Tests.Setup;

/// <summary>What a person answers, and the plan that comes of it.</summary>
public sealed class SetupDialogueTests
{
    // Of the Monero project's general fund.
    private const string Wallet = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";
    private const string Url = "stratum+ssl://pool.example:443";

    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly Dictionary<string, string> Mining = new()
    {
        ["Pool:Pools:0:Url"] = Url, ["Pool:Pools:0:User"] = Wallet, ["Pool:Pools:0:Pass"] = "secret", ["Pool:Pools:1:Url"] = "b.example:1", ["Pool:Pools:1:User"] = Wallet,
        ["Hashing:Threads"] = "3",
    };

    private static readonly Dictionary<SetupOffer, string> InAVirtualMachine = new()
    {
        [SetupOffer.Registers] = "this is a virtual machine", [SetupOffer.Governor] = "no kernel chooses it",
    };

    private readonly FakeSetup _machine = new();
    private PresentSetup _present = new(Nothing, Nothing);

    [Fact]
    public async Task Ask_YesToAll_WritesPoolAndStartsBothUnits()
    {
        var person = new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet), ("huge pages", "yes"), ("registers", "y"), ("clock speed", "YES"), ("service", "yes"));

        var plan = await AskAsync(person);

        Assert.Empty(person.Left);
        Assert.Equal(
            ["Pool:Pools:0:Url", "Pool:Pools:0:User"], plan.Settings!.Keys.Where(key => !key.StartsWith("Tuning:")).Order(StringComparer.Ordinal));
        Assert.Equal([new(Units.Tune, true), new(Units.Miner, true)], plan.Units);
        Assert.Null(plan.Key);
    }

    [Fact]
    public async Task Ask_EnterToEverything_ChangesNothing()
    {
        _present = new(Nothing, Mining);

        var plan = await AskAsync(new ScriptedPerson());

        Assert.True(plan.IsEmpty);
        Assert.Empty(_machine.Log);
    }

    [Fact]
    public async Task Ask_SomeOffers_SwitchesTheOthersOff()
    {
        var plan = await AskAsync(new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet), ("registers", "yes")));

        Assert.Equal("false", plan.Settings!["Tuning:HugePages"]);
        Assert.Equal("false", plan.Settings!["Tuning:Governor"]);
        Assert.Equal([new(Units.Tune, true)], plan.Units);
    }

    [Fact]
    public async Task Ask_Again_OffersWhatIsThere()
    {
        _present = new(Mining, Mining);
        _machine.UnitStates[Units.Tune] = new(true, true);
        _machine.UnitStates[Units.Miner] = new(true, true);
        var person = new ScriptedPerson();

        var plan = await AskAsync(person);

        Assert.True(plan.IsEmpty);
        Assert.Contains(person.Seen, line => line.Contains("[stratum+ssl://pool.example:443 and 1 more]"));
        Assert.Contains(person.Seen, line => line.Contains("[888tNk...up3H]"));
        Assert.Contains(person.Seen, line => line.Contains("huge pages") && line.Contains("[yes]"));
        Assert.DoesNotContain(person.Seen, line => line.Contains("secret") || line.Contains(Wallet));
    }

    [Fact]
    public async Task Ask_OtherWalletForThePoolsThatThereAre_KeepsTheRest()
    {
        _present = new(Nothing, Mining);

        var plan = await AskAsync(new ScriptedPerson(("Wallet", $"{Wallet}.rig")));

        Assert.Equal($"{Wallet}.rig", plan.Settings!["Pool:Pools:1:User"]);
        Assert.Equal(Url, plan.Settings["Pool:Pools:0:Url"]);
        Assert.Equal("secret", plan.Settings["Pool:Pools:0:Pass"]);
        Assert.DoesNotContain("Hashing:Threads", plan.Settings.Keys);
    }

    [Fact]
    public async Task Ask_AnotherPool_TakesNothingOfTheFormerOnes()
    {
        _present = new(Mining, Mining);

        var plan = await AskAsync(new ScriptedPerson(("Pool,", "c.example:5"), ("Wallet", Wallet)));

        Assert.Equal(["Hashing:Threads", "Pool:Pools:0:Url", "Pool:Pools:0:User"], plan.Settings!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ask_WrongWalletThenRight_AsksAgain()
    {
        var person = new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet.Replace("tNkZ", "tNkz")), ("all the same", "no"), ("Wallet", Wallet));

        var plan = await AskAsync(person);

        Assert.Contains(person.Seen, line => line.Contains("it has a typing error"));
        Assert.Equal(Wallet, plan.Settings!["Pool:Pools:0:User"]);
    }

    [Fact]
    public async Task Ask_NameThatThePoolKnows_IsTakenWhenConfirmed()
        => Assert.Equal("me.rig", (await AskAsync(new ScriptedPerson(("Pool,", Url), ("Wallet", "me.rig"), ("all the same", "y")))).Settings!["Pool:Pools:0:User"]);

    [Fact]
    public async Task Ask_WalletOfTheOtherCoin_IsNoticed()
    {
        var person = new ScriptedPerson(("What to mine", "Raptoreum"), ("Pool,", Url), ("Wallet", Wallet), ("all the same", "y"));

        var plan = await AskAsync(person);

        Assert.Equal("gr", plan.Settings!["Node:Algorithm"]);
        Assert.Contains(person.Seen, line => line.Contains("no Raptoreum address"));
    }

    [Theory]
    [InlineData("WALLET")]
    [InlineData("<your wallet address>.rig")]
    public async Task Ask_WordOfAnExample_IsNeverTaken(string word)
    {
        var person = new ScriptedPerson(("Pool,", Url), ("Wallet", word), ("all the same", "yes"), ("Wallet", Wallet));

        Assert.Equal(Wallet, (await AskAsync(person)).Settings!["Pool:Pools:0:User"]);
        Assert.Contains(person.Seen, line => line.Contains("is the word of an example"));
    }

    [Fact]
    public async Task Ask_EnterForAWalletThatIsWrong_IsAskedAbout()
    {
        _present = new(Nothing, new Dictionary<string, string>(Mining) { ["Pool:Pools:0:User"] = Wallet.Replace("tNkZ", "tNkz") });
        var person = new ScriptedPerson(("Wallet", ""), ("all the same", "no"), ("Wallet", Wallet));

        Assert.Equal(Wallet, (await AskAsync(person)).Settings!["Pool:Pools:0:User"]);
        Assert.Contains(person.Seen, line => line.Contains("it has a typing error"));
    }

    [Theory]
    [InlineData("ghostrider")]
    [InlineData("raptoreum")]
    public async Task Ask_AnotherCoin_WantsItsPoolAndWallet(string typed)
    {
        _present = new(Mining, Mining);
        var person = new ScriptedPerson(("What to mine", typed), ("Pool,", ""), ("Pool,", "r.example:1"), ("Wallet", ""), ("Wallet", "me"), ("all the same", "yes"));

        var plan = await AskAsync(person);

        Assert.Empty(person.Left);
        Assert.Equal(("gr", "r.example:1", "me"), (plan.Settings!["Node:Algorithm"], plan.Settings["Pool:Pools:0:Url"], plan.Settings["Pool:Pools:0:User"]));
        Assert.DoesNotContain("Pool:Pools:1:Url", plan.Settings.Keys);
        Assert.DoesNotContain("Pool:Pools:0:Pass", plan.Settings.Keys);
        Assert.Contains(person.Seen, line => line.Contains("The pool and the wallet that are set are for Monero"));
        Assert.DoesNotContain(person.Seen, line => line.Contains("[stratum+ssl") || line.Contains("Go on without"));
    }

    [Fact]
    public async Task Ask_AnotherCoinAndAToken_WantsItsPoolToo()
    {
        _present = new(Mining, Mining);
        var key = ClusterKey.NewRandom();
        var person = new ScriptedPerson(("Join token", key.ToToken()), ("What to mine", "gr"), ("Pool,", "r.example:1"), ("Wallet", "me"), ("all the same", "yes"));

        var plan = await AskAsync(person);

        Assert.Equal((key, "r.example:1"), (plan.Key, plan.Settings!["Pool:Pools:0:Url"]));
    }

    [Fact]
    public async Task Ask_OtherVersionOfRandomX_KeepsPoolAndWallet()
    {
        _present = new(Mining, Mining);

        var plan = await AskAsync(new ScriptedPerson(("What to mine", "rx/2")));

        Assert.Equal(("rx/2", Url), (plan.Settings!["Node:Algorithm"], plan.Settings["Pool:Pools:0:Url"]));
    }

    [Theory]
    [InlineData(false, "--algo: the pool and the wallet that are set are for Monero; name those for Raptoreum with --pool and --user")]
    [InlineData(true, "--algo: the pool and the wallet that are set are for Monero; name those for Raptoreum with --pool and --user in a setup of its own, and join then")]
    public async Task Script_AnotherCoin_IsRefusedWithoutItsPool(bool joins, string reason)
    {
        _present = new(Mining, Mining);

        var error = await Assert.ThrowsAsync<CommandLineException>(
            () => joins ? JoinAsync(ClusterKey.NewRandom().ToToken(), "-a", "gr", "--yes") : ScriptAsync("-a", "gr", "--yes"));

        Assert.Equal(reason, error.Message);
    }

    [Fact]
    public async Task Script_AnotherCoinWithItsPool_IsTaken()
    {
        _present = new(Mining, Mining);

        Assert.Equal("me", (await ScriptAsync("-a", "gr", "-o", "r.example:1", "-u", "me")).Settings!["Pool:Pools:0:User"]);
    }

    [Fact]
    public async Task Script_AnotherCoinWithoutAnyPool_IsTaken() => Assert.Equal("gr", (await ScriptAsync("-a", "gr")).Settings!["Node:Algorithm"]);

    [Theory]
    [InlineData("WALLET")]
    [InlineData("YOUR_ADDRESS.rig")]
    public async Task Script_WordOfAnExample_IsRefused(string word)
        => Assert.StartsWith("--user: The user of this pool is the word of an example",
            (await Assert.ThrowsAsync<CommandLineException>(() => ScriptAsync("-o", Url, "-u", word))).Message);

    [Fact]
    public async Task Script_UserThatIsNoWallet_IsTakenWithANote()
        => Assert.StartsWith("The user of this pool is no Monero address", Assert.Single((await ScriptAsync("-o", Url, "-u", "me")).Notes));

    [Theory]
    [InlineData("pool.example", "the port is missing")]
    [InlineData("http://pool.example:1", "unknown scheme")]
    [InlineData("po\u200bol.example:443", "has control or invisible characters")]
    public async Task Ask_WrongPoolThenRight_AsksAgain(string wrong, string reason)
    {
        var person = new ScriptedPerson(("Pool,", wrong), ("Pool,", Url), ("Wallet", Wallet));

        Assert.Equal(Url, (await AskAsync(person)).Settings!["Pool:Pools:0:Url"]);
        Assert.Contains(person.Seen, line => line.Contains(reason));
    }

    [Fact]
    public async Task Ask_PastedWithWhatSurroundsIt_IsCleaned()
    {
        var plan = await AskAsync(new ScriptedPerson(("Pool,", $"\ufeff \"{Url}\"\u200b \r"), ("Wallet", $"'{Wallet}'\t"), ("May this", " Worker ")));

        Assert.Equal((Url, Wallet, "worker"), (plan.Settings!["Pool:Pools:0:Url"], plan.Settings["Pool:Pools:0:User"], plan.Settings["Node:Mode"]));
    }

    [Theory]
    [InlineData("yes", "auto")]
    [InlineData("Y", "auto")]
    [InlineData("no", "worker")]
    [InlineData("n", "worker")]
    [InlineData("Master", "master")]
    [InlineData("never", "worker")]
    public async Task Ask_MayLead_TakesYesAndNoToo(string typed, string mode)
        => Assert.Equal(mode, (await AskAsync(new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet), ("May this", typed)))).Settings!["Node:Mode"]);

    [Theory]
    [InlineData("worker", "auto")]
    [InlineData("master", null)]
    public async Task Ask_MayLeadYes_ChangesOnlyAWorker(string before, string? after)
    {
        _present = new(Nothing, new Dictionary<string, string>(Mining) { ["Node:Mode"] = before });

        Assert.Equal(after, (await AskAsync(new ScriptedPerson(("May this", "yes")))).Settings?["Node:Mode"]);
    }

    [Fact]
    public async Task Ask_MayLeadNotUnderstood_AsksAgain()
    {
        var person = new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet), ("May this", "perhaps"), ("May this", "no"));

        Assert.Equal("worker", (await AskAsync(person)).Settings!["Node:Mode"]);
        Assert.Contains("mode: 'perhaps' is not one of auto, master, worker", person.Seen);
    }

    [Fact]
    public async Task Ask_Password_IsKeptAsTypedAndNeverShown()
    {
        var person = new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet), ("Password", "pa ss "));

        Assert.Equal("pa ss ", (await AskAsync(person)).Settings!["Pool:Pools:0:Pass"]);
        Assert.DoesNotContain(person.Seen, line => line.Contains("pa ss"));
    }

    [Fact]
    public async Task Ask_JoinToken_AsksForNoPool()
    {
        var key = ClusterKey.NewRandom();
        var person = new ScriptedPerson(("Join token", "nonsense"), ("Join token", $" p2p-miner join {key.ToToken()}\r"));

        var plan = await AskAsync(person);

        Assert.Equal(key, plan.Key);
        Assert.Null(plan.Settings);
        Assert.DoesNotContain(person.Seen, line => line.Contains("Pool,") || line.Contains(key.ToToken()));
        Assert.Contains(person.Seen, line => line.Contains("must begin with p2p1-"));
    }

    [Fact]
    public async Task Ask_TokenOfAnotherCluster_LeavesOnlyWhenConfirmed()
    {
        (_machine.Member, _machine.KeyFile) = (ClusterKey.NewRandom(), "AAAA");
        var key = ClusterKey.NewRandom();
        _present = new(Nothing, Mining);

        Assert.Null((await AskAsync(new ScriptedPerson(("Join token", key.ToToken()), ("Leave", "no")))).Key);
        Assert.Equal(key, (await AskAsync(new ScriptedPerson(("Join token", key.ToToken()), ("Leave", "yes")))).Key);
        Assert.Null((await AskAsync(new ScriptedPerson(("Join token", _machine.Member.ToToken())))).Key);
    }

    [Fact]
    public async Task Ask_InputEnds_SaysSo()
        => await Assert.ThrowsAsync<CommandLineException>(() => AskAsync(new ScriptedPerson { Patience = 3 }));

    [Fact]
    public async Task Script_PoolAndOffers_AsksNothing()
    {
        var plan = await ScriptAsync("-o", Url, "-u", Wallet, "--mode", "master", "--huge-pages", "yes", "--service", "yes");

        Assert.Equal(("master", "true", "false"), (plan.Settings!["Node:Mode"], plan.Settings.GetValueOrDefault("Tuning:HugePages", "true"), plan.Settings["Tuning:Msr"]));
        Assert.Equal([Units.Tune, Units.Miner], plan.Units.Select(unit => unit.Name));
    }

    [Fact]
    public async Task Script_PoolAlone_StartsNothing() => Assert.Empty((await ScriptAsync("-o", Url, "-u", Wallet)).Units);

    [Fact]
    public async Task Script_Yes_IsYesToEveryOfferButWhatIsSaidOtherwise()
    {
        var plan = await ScriptAsync("-o", Url, "-u", Wallet, "--yes", "--governor", "no");

        Assert.Equal("false", plan.Settings!["Tuning:Governor"]);
        Assert.Equal([Units.Tune, Units.Miner], plan.Units.Select(unit => unit.Name));
    }

    [Fact]
    public async Task Script_NothingGiven_NamesTheOptions()
    {
        var error = await Assert.ThrowsAsync<CommandLineException>(() => ScriptAsync());

        Assert.All(["--pool", "--user", "--join-token-file", "--huge-pages", "--service"], option => Assert.Contains(option, error.Message));
    }

    [Fact]
    public async Task Script_MistypedWallet_IsRefused()
        => Assert.Contains("--user: The user of this pool is no valid Monero address: it has a typing error",
            (await Assert.ThrowsAsync<CommandLineException>(() => ScriptAsync("-o", Url, "-u", Wallet.Replace("tNkZ", "tNkz")))).Message);

    [Theory]
    [InlineData("DOGE:D8abcdefghijkLMNOP.w", null)]
    [InlineData("D8abcdefghijkLMNOP", "not the form COIN:ADDRESS")]
    public async Task Script_UnMineable_WantsItsForm(string user, string? reason)
    {
        var error = await Record.ExceptionAsync(() => ScriptAsync("-o", "stratum+ssl://rx.unmineable.com:443", "-u", user));

        Assert.Contains(reason ?? "", error?.Message ?? "");
        Assert.Equal(reason is null, error is null);
    }

    [Fact]
    public async Task Script_OfferThatCannotBe_IsToldWhenNamedAndTheRestIsPlanned()
    {
        _machine.Obstacle = "systemd does not run here";

        var all = await ScriptAsync("-o", Url, "-u", Wallet, "--yes");
        Assert.Empty(all.Units);
        Assert.Empty(all.NotDone);

        var named = await ScriptAsync("-o", Url, "-u", Wallet, "--service", "yes", "--huge-pages", "yes", "--msr", "no");
        Assert.Empty(named.Units);
        Assert.Equal(["Pool:Pools:0:Url", "Pool:Pools:0:User"], named.Settings!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            [new(SetupOffer.HugePages, "systemd does not run here"), new(SetupOffer.Service, "systemd does not run here")], named.NotDone);
    }

    [Fact]
    public async Task Script_PartThatThisMachineCannotTune_IsLeftOutWithANote()
    {
        _present = _present with { Impossible = InAVirtualMachine };

        var plan = await ScriptAsync("-o", Url, "-u", Wallet, "--yes");

        Assert.DoesNotContain(plan.Settings!.Keys, key => key.StartsWith("Tuning:"));
        Assert.Equal([Units.Tune, Units.Miner], plan.Units.Select(unit => unit.Name));
        Assert.Equal(["Registers of the processor (MSR) are left as they are: this is a virtual machine.", "The clock speed (governor) is left as it is: no kernel chooses it."],
            plan.Notes);
        Assert.Empty(plan.NotDone);
    }

    [Fact]
    public async Task Script_PartThatThisMachineCannotTune_IsToldWhenNamed()
    {
        _present = _present with { Impossible = InAVirtualMachine };

        var plan = await ScriptAsync("-o", Url, "-u", Wallet, "--msr", "yes", "--governor", "no");

        Assert.Equal(new SetupPlan.Refusal(SetupOffer.Registers, "this is a virtual machine"), Assert.Single(plan.NotDone));
        Assert.DoesNotContain(plan.Settings!.Keys, key => key.StartsWith("Tuning:"));
        Assert.Empty(plan.Units);
    }

    [Fact]
    public async Task Ask_PartThatThisMachineCannotTune_IsNotAsked()
    {
        _present = _present with { Impossible = InAVirtualMachine };
        var person = new ScriptedPerson(("Pool,", Url), ("Wallet", Wallet), ("huge pages", "yes"));

        var plan = await AskAsync(person);

        Assert.DoesNotContain(person.Seen, line => line.StartsWith('?') && (line.Contains("registers") || line.Contains("clock speed")));
        Assert.Contains("Registers of the processor (MSR) are left as they are: this is a virtual machine.", person.Seen);
        Assert.DoesNotContain(plan.Settings!.Keys, key => key.StartsWith("Tuning:"));
        Assert.Equal([new(Units.Tune, true)], plan.Units);
    }

    [Fact]
    public async Task Script_TokenWhereThereIsACluster_WantsReplace()
    {
        (_machine.Member, _machine.KeyFile) = (ClusterKey.NewRandom(), "AAAA");
        var token = ClusterKey.NewRandom().ToToken();

        var error = await Assert.ThrowsAsync<CommandLineException>(() => JoinAsync(token));

        Assert.Contains("--replace", error.Message);
        Assert.DoesNotContain(token, error.Message);
        Assert.NotNull((await JoinAsync(token, "--replace")).Key);
    }

    [Theory]
    [InlineData("--user: is missing", "-o", "a.example:1")]
    [InlineData("--user: needs a pool", "-u", "me")]
    [InlineData("--join-token-file: cannot be combined with --pool", "-o", "a.example:1", "-u", "me", "--join-token-file", "-")]
    [InlineData("--undo: cannot be combined with --yes", "--undo", "--yes")]
    [InlineData("--service: 'maybe' is not one of yes, no", "--service", "maybe")]
    [InlineData("--pass-file: needs a pool", "--pass-file", "x")]
    [InlineData("--pass: not an option", "--pass", "x")]
    public void Parse_WrongOptions_NamesThem(string message, params string[] args)
        => Assert.StartsWith(message, Assert.Throws<CommandLineException>(() => CommandLineConfiguration.Parse(["setup", .. args])).Message);

    private Task<SetupPlan> ScriptAsync(params string[] args) => AskAsync(null, null, args);

    private Task<SetupPlan> JoinAsync(string token, params string[] args) => AskAsync(null, token, ["--join-token-file", "x", .. args]);

    private Task<SetupPlan> AskAsync(ScriptedPerson? person, string? token = null, params string[] args)
    {
        var request = CommandLineConfiguration.Parse(["setup", .. args]).Setup!;
        return new SetupDialogue(person, request, token, null, _present, _machine, _machine).AskAsync(CancellationToken.None);
    }
}
