using P2PMiner.Doctor;
using P2PMiner.Hashing;
using P2PMiner.Pool;
using P2PMiner.Pools.Connections;
using P2PMiner.Silo.Doctor;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Setup;

/// <summary>
/// Asks for the pool and who is paid. With Enter all pools there are stay; another one takes the place of all. Those of another coin than is mined do not stay.
/// </summary>
internal sealed class PoolQuestions(Answers person, SettingsDraft draft)
{
    public async Task AskAsync(CancellationToken cancellation)
    {
        if (draft.FormerCoin is { } former)
        {
            person.Say($"The pool and the wallet that are set are for {former}; {draft.Coin} needs its own.");
        }

        var before = draft.FormerCoin is null ? draft.PoolsBefore() : [];
        if (await UrlAsync(before, cancellation) is not { } pools)
        {
            return;
        }

        var first = SettingsDraft.OfPool(0, "");
        var isKept = ReferenceEquals(pools, before);
        var url = pools.GetValueOrDefault(first + nameof(PoolEntry.Url), "");
        var user = await UserAsync(url, pools.GetValueOrDefault(first + nameof(PoolEntry.User)), cancellation);
        var password = await PasswordAsync(isKept, cancellation);
        foreach (var entry in SettingsDraft.EntriesOf(pools))
        {
            if (user is not null)
            {
                pools[entry + nameof(PoolEntry.User)] = user;
            }

            if (password is not null)
            {
                pools[entry + nameof(PoolEntry.Pass)] = password;
            }
        }

        if (!isKept || user is not null || password is not null)
        {
            draft.ReplacePools(pools);
        }
    }

    /// <returns>Null: all is well with it. Nothing in it repeats the user.</returns>
    public static Finding? FaultOf(string url, string user, Algorithm algorithm)
    {
        var found = WalletCheck.Of(new() { Url = DaemonLogin.Split(url).Url, User = user }, "this pool", algorithm);
        return found.Severity == FindingSeverity.Ok ? null : found;
    }

    /// <returns>The pools that there are; another one; or null: none is wanted.</returns>
    private async Task<Dictionary<string, string>?> UrlAsync(Dictionary<string, string> before, CancellationToken cancellation)
    {
        while (true)
        {
            var typed = await person.AskAsync($"Pool, as stratum+ssl://HOST:PORT [{Shown(before)}]:", cancellation);
            if (typed.Length == 0)
            {
                if (before.Count > 0)
                {
                    return before;
                }

                if (draft.FormerCoin is not null)
                {
                    // Without an answer the former ones would stay in effect.
                    person.Say($"Name a pool for {draft.Coin}, or stop with Ctrl-C.");
                }
                else if (await person.AgreesAsync("Without a pool nothing is mined, unless other machines have one. Go on without?", false, cancellation))
                {
                    return null;
                }
            }
            else if (!PastedText.IsLegible(typed))
            {
                person.Say($"It {PastedText.Problem}.");
            }
            else if (!PoolUrl.TryParse(DaemonLogin.Split(typed).Url, out _, out var error))
            {
                person.Say(error);
            }
            else
            {
                return new(StringComparer.OrdinalIgnoreCase) { [SettingsDraft.OfPool(0, nameof(PoolEntry.Url))] = typed };
            }
        }
    }

    /// <returns>Null: as before.</returns>
    private async Task<string?> UserAsync(string url, string? before, CancellationToken cancellation)
    {
        var shown = before is null ? "none" : Wallet.Shorten(OutsideText.Clean(before));
        while (true)
        {
            var typed = await person.AskAsync($"Wallet address, or what the pool calls you [{shown}]:", cancellation);
            var isKept = typed.Length == 0 && before is not null;
            var user = isKept ? before! : typed;
            if (user.Length == 0)
            {
                person.Say("The pool needs to know who is paid.");
            }
            else if (!PastedText.IsLegible(user))
            {
                person.Say($"It {PastedText.Problem}.");
            }
            else if (FaultOf(url, user, draft.Algorithm) is not { } fault || (isKept && !fault.IsWrong))
            {
                return isKept ? null : user;
            }
            else
            {
                person.Say(fault.Text);
                if (!WalletShape.IsPlaceholder(user) && await person.AgreesAsync("Use it all the same?", false, cancellation))
                {
                    return isKept ? null : user;
                }
            }
        }
    }

    /// <returns>Null: as before, or none.</returns>
    private async Task<string?> PasswordAsync(bool isKept, CancellationToken cancellation)
    {
        while (true)
        {
            var typed = await person.AskPasswordAsync($"Password for the pool (not shown) [{(isKept ? "as before" : "x, as most pools want it")}]:", cancellation);
            if (PastedText.IsPassword(typed))
            {
                return typed.Length == 0 ? null : typed;
            }

            person.Say($"It {PastedText.Problem}.");
        }
    }

    private static string Shown(Dictionary<string, string> pools)
    {
        var entries = SettingsDraft.EntriesOf(pools);
        return entries.Count == 0 ? "none"
            : OutsideText.Clean(DaemonLogin.Split(pools[entries[0] + nameof(PoolEntry.Url)]).Url)
                + (entries.Count > 1 ? FormattableString.Invariant($" and {entries.Count - 1} more") : "");
    }
}
