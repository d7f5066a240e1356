using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace P2PMiner;

/// <summary>
/// Stands at both ends of every grain call of this contract: no grain sees an argument, and no caller an answer, that breaks what its type
/// promises. A member of the cluster may be of another version, broken, or controlled by an attacker. One for each silo and client; any
/// thread.
/// </summary>
public sealed partial class WireGate(TimeProvider clock, ILogger<WireGate> log) : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private static readonly TimeSpan LogPeriod = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<MethodInfo, WireMethod?> _methods = new();
    private readonly LogLimit _limit = new(clock, 5, LogPeriod);

    /// <summary>Before the grain: checks the arguments.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (Find(context) is { } method && method.FindArgumentFault(context.Request) is { } fault)
        {
            Tell($"{method.Name} by {context.SourceId}", fault);
            throw new WireValueException($"{method.Name}: {fault}");
        }

        return context.Invoke();
    }

    /// <summary>At the caller: checks the answer. Text in it is cleaned.</summary>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (Find(context) is not { } method)
        {
            return;
        }

        if (method.FindAnswerFault(context.Result) is { } fault)
        {
            Tell($"{method.Name} at {context.TargetId}", fault);
            throw new WireValueException($"the answer of {method.Name}: {fault}");
        }

        if (context.Result is string text)
        {
            context.Result = OutsideText.Clean(text, OutsideText.LongMaxChars);
        }
    }

    private WireMethod? Find(IGrainCallContext context) => context.InterfaceMethod is { } method
        ? _methods.GetOrAdd(method, static called => called.DeclaringType?.Assembly == typeof(WireGate).Assembly ? new(called) : null) : null;

    private void Tell(string call, string fault)
    {
        if (_limit.Allows(out var leftOut))
        {
            Refused(log, OutsideText.Clean(call), OutsideText.Clean(fault), leftOut);
        }
    }

    [LoggerMessage(7100, LogLevel.Warning, "refused {Call}: {Fault}{LeftOut}")]
    private static partial void Refused(ILogger logger, string call, string fault, string leftOut);
}
