using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Trainyard.Webhooks;

/// <summary>Signs time, a dot and the body with HMAC-SHA256, which detects changed and replayed requests.</summary>
public static class Signature
{
    /// <summary>The header of the signature.</summary>
    public const string Header = "X-Trainyard-Signature";
    /// <summary>The header of the time, in seconds since 1970.</summary>
    public const string TimeHeader = "X-Trainyard-Timestamp";

    /// <summary>Adds both headers to a request with this body.</summary>
    public static void Sign(HttpRequestMessage request, string body, string secret, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(TimeHeader, time);
        request.Headers.Add(Header, "sha256=" + Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"))));
    }
}
