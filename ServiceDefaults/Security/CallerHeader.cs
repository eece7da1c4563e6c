using Microsoft.AspNetCore.Http;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// How the gateway names a request's caller to the services behind it: <c>key-1a2b;Job, Read;nlp-;exp-1</c>. None of its parts can
/// hold a semicolon. Callers outside can't set it: the gateway removes what they send.
/// </summary>
internal static class CallerHeader
{
    public const string Name = "X-Trainyard-Caller";

    public static void Write(IHeaderDictionary headers, Caller caller) =>
        headers[Name] = $"{caller.Id};{caller.May};{caller.Prefix};{caller.Experiment}";

    /// <summary>Null where no key was asked for.</summary>
    /// <exception cref="FormatException">It is not what the gateway writes.</exception>
    public static Caller? Read(IHeaderDictionary headers) => headers[Name].ToString() switch
    {
        "" => null,
        var text => text.Split(';') is [var id, var may, var prefix, var experiment] && Enum.TryParse<KeyScopes>(may, out var scopes)
            ? new(id, scopes, prefix.Length > 0 ? prefix : null, experiment.Length > 0 ? experiment : null)
            : throw new FormatException($"{Name} must be as the gateway writes it, not '{text}'."),
    };
}
