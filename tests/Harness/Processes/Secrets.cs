using System.Text.RegularExpressions;

namespace Trainyard.Harness.Processes;

/// <summary>What must not stand in any log.</summary>
public static partial class Secrets
{
    /// <summary>Keys, and the passwords of connection strings.</summary>
    public static IEnumerable<string> In(IReadOnlyDictionary<string, string> environment) => environment
        .SelectMany(variable => variable.Key.StartsWith("ConnectionStrings__", StringComparison.Ordinal) ? Passwords(variable.Value)
            : SecretName().IsMatch(variable.Key) ? [variable.Value]
            : Array.Empty<string>())
        .Where(secret => secret.Length > 0)
        .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Passwords(string connectionString) =>
        Password().Matches(connectionString).Select(match => Uri.UnescapeDataString(match.Groups["password"].Value));

    [GeneratedRegex("(API_KEY|SECRET|TOKEN|PASSWORD|HEADERS)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex(
        "password=(?<password>[^;,]+)|://[^:/@]*:(?<password>[^@]+)@",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Password();
}
