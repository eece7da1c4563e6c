using System.Text;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The key in an <c>Authorization</c> header, which MLflow's clients send.</summary>
internal static class AuthorizationHeader
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>The token of Bearer, or the password of Basic with any user name; empty without either.</summary>
    public static string SecretOf(string header)
    {
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return header[Bearer.Length..].Trim();
        }
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return "";
        }
        var encoded = header[Basic.Length..].Trim();
        var decoded = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, decoded, out var length))
        {
            return "";
        }
        var credentials = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : credentials[(colon + 1)..];
    }
}
