using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace P2PMiner.Silo.Web;

/// <summary>An error as XMRig's API has it: {"status": 404, "error": "Not Found"}.</summary>
internal static class ApiError
{
    /// <param name="text">Null: what the status is called.</param>
    public static IResult Of(int statusCode, string? text = null)
        => Results.Text(
            new JsonObject { ["status"] = statusCode, ["error"] = text ?? ReasonPhrases.GetReasonPhrase(statusCode) }.ToJsonString() + "\n",
            "application/json", statusCode: statusCode);

    public static Task WriteAsync(HttpContext context, int statusCode, string? text = null) => Of(statusCode, text).ExecuteAsync(context);
}
