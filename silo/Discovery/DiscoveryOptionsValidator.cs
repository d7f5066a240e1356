using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using P2PMiner.Silo.Node;

namespace P2PMiner.Silo.Discovery;

/// <summary>Ranges, and rules that a range cannot express. Failures start with the key.</summary>
internal sealed class DiscoveryOptionsValidator : IValidateOptions<DiscoveryOptions>
{
    /// <summary>With fewer beacons than this in a timeout, ordinary packet loss would look like death.</summary>
    private const int MinBeaconsInTimeout = 4;

    private const int MaxSeeds = 64;

    public ValidateOptionsResult Validate(string? name, DiscoveryOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(DiscoveryOptions options)
    {
        var outOfRange = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), outOfRange, validateAllProperties: true);
        foreach (var result in outOfRange)
        {
            yield return $"Discovery:{result.MemberNames.First()}: {result.ErrorMessage}";
        }

        foreach (var (key, time) in new[] { (nameof(options.Timeout), options.Timeout), (nameof(options.SettleTime), options.SettleTime) })
        {
            if (time < MinBeaconsInTimeout * options.Interval)
            {
                yield return $"Discovery:{key}: {time} is shorter than {MinBeaconsInTimeout} times Discovery:Interval ({options.Interval})";
            }
        }

        if (!IPAddress.TryParse(options.MulticastGroup, out var group) || group.AddressFamily != AddressFamily.InterNetwork
            || group.GetAddressBytes()[0] != 239)
        {
            yield return $"Discovery:MulticastGroup: '{options.MulticastGroup}' is not an administratively scoped IPv4 group (239.0.0.0/8)";
        }

        if (!IPAddress.TryParse(options.MulticastGroupV6, out var groupV6) || !IsLinkLocalGroup(groupV6))
        {
            yield return $"Discovery:MulticastGroupV6: '{options.MulticastGroupV6}' is not an IPv6 group of link-local scope (ff02:: or ff12::)";
        }

        if (options.Seeds.Count > MaxSeeds)
        {
            yield return $"Discovery:Seeds: {options.Seeds.Count} seeds; at most {MaxSeeds} are needed to find the others";
        }

        foreach (var (seed, index) in options.Seeds.Select((seed, index) => (seed, index)))
        {
            if (!HostPort.TryParse(seed, options.Port, out _))
            {
                yield return $"Discovery:Seeds:{index}: '{seed}' is not HOST or HOST:PORT with a port of 1 to 65535";
            }
        }
    }

    private static bool IsLinkLocalGroup(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.GetAddressBytes() is [0xff, 0x02 or 0x12, ..];
}
