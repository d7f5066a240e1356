using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace P2PMiner.Silo.Steering;

/// <summary>The fields of a form as they were sent. An empty one counts as not given.</summary>
internal sealed class SentForm
{
    /// <summary>The path of the page that it was on, which comes next.</summary>
    public const string Back = "back";

    /// <summary>See <see cref="Web.Visitor.FormProof"/>.</summary>
    public const string Proof = "proof";

    /// <summary><see cref="Yes"/>: the person was asked.</summary>
    public const string Confirmed = "confirmed";

    public const string Yes = "yes";

    private const string Type = "application/x-www-form-urlencoded";
    private const int MostPathChars = 100;

    private readonly IFormCollection _fields;

    private SentForm(IFormCollection fields) => _fields = fields;

    /// <exception cref="SteeringException">It is no form, is too long, or has too many or too long fields.</exception>
    public static async Task<SentForm> ReadAsync(HttpRequest request)
    {
        if (request.ContentType is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
        {
            return new(FormCollection.Empty);
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(Type, StringComparison.OrdinalIgnoreCase))
        {
            throw new SteeringException(StatusCodes.Status415UnsupportedMediaType, $"a form is expected: {Type}");
        }

        try
        {
            return new(await request.ReadFormAsync(request.HttpContext.RequestAborted));
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new SteeringException(error.StatusCode, "the form is too long");
        }
        catch (InvalidDataException)
        {
            throw new SteeringException(StatusCodes.Status400BadRequest, "the form cannot be read: too many fields, too long ones, or NUL characters");
        }
    }

    /// <summary>Null: not given.</summary>
    /// <exception cref="SteeringException">It was given more than once.</exception>
    public string? this[string name] => _fields[name] is not { Count: > 0 } values ? null
        : values.Count > 1 ? throw Wrong($"{name}: given more than once")
        : values[0] is { Length: > 0 } value ? value : null;

    /// <summary>A box that can be ticked.</summary>
    /// <exception cref="SteeringException">It has another value than a ticked one.</exception>
    public bool Has(string name) => this[name] switch
    {
        null => false,
        Yes => true,
        var other => throw Wrong($"{name}: '{other}' is not {Yes}"),
    };

    /// <exception cref="SteeringException">It is missing.</exception>
    public string Need(string name) => this[name] ?? throw Wrong($"{name}: is missing");

    /// <exception cref="SteeringException">There is a field that the control does not have.</exception>
    public void RequireOnly(Control control)
    {
        if (_fields.Keys.FirstOrDefault(name => !control.Fields.Append(Back).Append(Proof).Append(Confirmed).Contains(name)) is { } unknown)
        {
            throw Wrong($"'{unknown}': not a field of {control.Name}{(control.Fields.Length == 0 ? "" : $" (fields: {string.Join(", ", control.Fields)})")}");
        }
    }

    /// <summary>A path of this node and nothing else, so that nobody can be led to another site. Without one: the first page.</summary>
    /// <exception cref="SteeringException">It is something else.</exception>
    public string ReadBack() => this[Back] is not { } path ? "/"
        : path.Length <= MostPathChars && path[0] == '/' && !path.Contains("//", StringComparison.Ordinal)
            && path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-') ? path
        : throw Wrong($"{Back}: '{path}' is not the path of a page");

    public static SteeringException Wrong(string message) => new(StatusCodes.Status400BadRequest, message);
}
