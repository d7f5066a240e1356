using P2PMiner.Hashing;
using P2PMiner.Native;

namespace P2PMiner.Grains.Peers;

internal enum PreparationStage
{
    /// <summary>No work has come yet.</summary>
    None,

    /// <summary>The dataset is being made, which takes seconds to minutes.</summary>
    UnderWay,

    Ready,

    /// <summary>Not tried again with each slice, but with the next seed.</summary>
    Failed,
}

/// <summary>
/// What the engine is prepared to hash, or is being prepared for. Part of <see cref="MiningLoop"/>, with the same one caller at a time.
/// </summary>
internal sealed class Preparation(IHashEngine engine, ILogger log)
{
    public PreparationStage Stage { get; private set; }

    /// <summary>Null: <see cref="PreparationStage.None"/>.</summary>
    public (Algorithm Algorithm, Seed Seed)? Of { get; private set; }

    /// <summary>Why it failed, in one line. Stays while the next seed is tried, until one is ready: the node cannot mine before.</summary>
    public string? Failure { get; private set; }

    public bool IsReadyFor((Algorithm Algorithm, Seed Seed) wanted) => Stage == PreparationStage.Ready && Of == wanted;

    /// <summary>Prepares the engine for other work than before.</summary>
    /// <returns>True: this is over and there is no failure. False: it failed, or other work has been begun since.</returns>
    public async Task<bool> BeginAsync((Algorithm Algorithm, Seed Seed) wanted)
    {
        (Of, Stage) = (wanted, PreparationStage.UnderWay);
        var isReady = false;
        try
        {
            await engine.PrepareAsync(wanted.Algorithm, wanted.Seed, CancellationToken.None);
            (isReady, Failure) = (true, null);
        }
        catch (OperationCanceledException)
        {
            // A later seed took over.
        }
        catch (Exception e)
        {
            // Whatever it is, there is no dataset: without a word the node would look as if it were still preparing one.
            Failure = CallFailure.Brief(e);
            log.MiningFailed(Failure);
        }

        if (Of != wanted)
        {
            return false;
        }

        Stage = Failure is not null ? PreparationStage.Failed : isReady ? PreparationStage.Ready : PreparationStage.None;
        Of = Stage == PreparationStage.None ? null : wanted;
        return Failure is null;
    }

    /// <summary>The engine failed at this while it hashed: nothing the next slice would cure.</summary>
    public void Fail((Algorithm Algorithm, Seed Seed) hashed, HashEngineException error)
    {
        (Of, Stage, Failure) = (hashed, PreparationStage.Failed, CallFailure.Brief(error));
        log.MiningFailed(Failure);
    }
}
