using Microsoft.AspNetCore.Http;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// The header in which the gateway passes the caller to the services behind it: <c>key-1a2b;Job, Read;nlp-;exp-1</c>. No part can contain
/// a semicolon. The gateway removes the header from incoming requests, so clients can't set it.
/// </summary>
internal static class CallerHeader
{
    public const string Name = "X-Trainyard-Caller";

    public static void Write(IHeaderDictionary headers, Caller caller) =>
        headers[Name] = $"{caller.Id};{caller.May};{caller.Prefix};{caller.Experiment}";

    /// <summary>The caller; null if the gateway requires no key.</summary>
    /// <exception cref="FormatException">The header is malformed.</exception>
    public static Caller? Read(IHeaderDictionary headers) => headers[Name].ToString() switch
    {
        "" => null,
        var text => text.Split(';') is [var id, var may, var prefix, var experiment] && Enum.TryParse<KeyScopes>(may, out var scopes)
            ? new(id, scopes, prefix.Length > 0 ? prefix : null, experiment.Length > 0 ? experiment : null)
            : throw new FormatException($"{Name} is not in the gateway's format: '{text}'."),
    };
}
