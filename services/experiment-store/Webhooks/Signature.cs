using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Trainyard.ExperimentStore.Webhooks;

/// <summary>HMAC-SHA256 over the time, a dot and the body, so that neither can be changed nor an old request be sent again later.</summary>
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
