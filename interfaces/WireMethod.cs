using System.Reflection;
using Orleans.Serialization.Invocation;

namespace P2PMiner;

/// <summary>What the arguments and the answer of a grain method may be, by their declared types: null only if the types allow it.</summary>
public sealed class WireMethod
{
    private readonly (string Name, bool MayBeNull)[] _parameters;
    private readonly bool _answers;
    private readonly bool _answerMayBeNull;

    public WireMethod(MethodInfo method)
    {
        var nullability = new NullabilityInfoContext();
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        _parameters = [.. method.GetParameters().Select(parameter => (parameter.Name!, nullability.Create(parameter).WriteState == NullabilityState.Nullable))];
        _answers = method.ReturnType.IsGenericType;
        _answerMayBeNull = _answers && nullability.Create(method.ReturnParameter).GenericTypeArguments[0].ReadState == NullabilityState.Nullable;
    }

    /// <summary>Interface and method.</summary>
    public string Name { get; }

    /// <summary>What is wrong with the first faulty argument; null: nothing.</summary>
    public string? FindArgumentFault(IInvokable call)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            var (name, mayBeNull) = _parameters[i];
            var argument = call.GetArgument(i);
            if ((argument is not null || !mayBeNull) && WireFault.OfAny(name, argument) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>As <see cref="FindArgumentFault"/>, for what the method returned.</summary>
    public string? FindAnswerFault(object? answer)
        => !_answers || (answer is null && _answerMayBeNull) ? null : WireFault.OfAny("it", answer);
}
