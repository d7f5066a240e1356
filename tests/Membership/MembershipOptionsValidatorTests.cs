using P2PMiner.Silo.Membership;

namespace P2PMiner.Membership.Tests;

public class MembershipOptionsValidatorTests
{
    [Theory]
    [InlineData(MembershipProvider.Sqlite, null, null)]
    [InlineData(MembershipProvider.Sqlite, "Host=db;Password=hush", "has no meaning")]
    [InlineData(MembershipProvider.PostgreSql, "Host=db;Password=hush", null)]
    [InlineData(MembershipProvider.PostgreSql, null, "must be given")]
    [InlineData(MembershipProvider.PostgreSql, "Password=hush", "with a host")]
    [InlineData(MembershipProvider.PostgreSql, "hush", "is not a PostgreSQL connection string")]
    [InlineData(MembershipProvider.PostgreSql, "Host=db;Port=hush", "is not a PostgreSQL connection string")]
    public void Validate_ProviderAndConnection_NamesTheKeyAndNoSecret(MembershipProvider provider, string? connection, string? reason)
    {
        var result = new MembershipOptionsValidator().Validate(null, new() { Provider = provider, ConnectionString = connection });
        Assert.Equal(reason is null, result.Succeeded);
        if (reason is not null)
        {
            Assert.Contains("Membership:ConnectionString", result.FailureMessage);
            Assert.Contains(reason, result.FailureMessage);
            Assert.DoesNotContain("hush", result.FailureMessage);
        }
    }
}
