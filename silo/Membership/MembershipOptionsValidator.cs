using Microsoft.Extensions.Options;
using Npgsql;

namespace P2PMiner.Silo.Membership;

[OptionsValidator]
internal sealed partial class MembershipOptionsRangeValidator : IValidateOptions<MembershipOptions>;

/// <summary>Rules across the settings.</summary>
internal sealed class MembershipOptionsValidator : IValidateOptions<MembershipOptions>
{
    public ValidateOptionsResult Validate(string? name, MembershipOptions options) => (options.Provider, options.ConnectionString) switch
    {
        (MembershipProvider.PostgreSql, null or "")
            => ValidateOptionsResult.Fail("Membership:ConnectionString: must be given when Membership:Provider is postgresql"),
        (MembershipProvider.Sqlite, { Length: > 0 })
            => ValidateOptionsResult.Fail("Membership:ConnectionString: has no meaning when Membership:Provider is sqlite"),
        (MembershipProvider.PostgreSql, { } text) when !IsConnectionString(text)
            // The driver's own message could repeat the password.
            => ValidateOptionsResult.Fail("Membership:ConnectionString: is not a PostgreSQL connection string with a host"),
        _ => ValidateOptionsResult.Success,
    };

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
