using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Trainyard.ExperimentStore.Webhooks;

/// <summary>Signs time, a dot and the body with HMAC-SHA256, which detects changed and replayed requests.</summary>
internal static class Signature
{
    public const string Header = "X-Trainyard-Signature";
    public const string TimeHeader = "X-Trainyard-Timestamp";

    public static void Sign(HttpRequestMessage request, string body, string secret, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(TimeHeader, time);
        request.Headers.Add(Header, "sha256=" + Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"))));
    }
}
