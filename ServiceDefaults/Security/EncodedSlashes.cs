using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

internal static class EncodedSlashes
{
    /// <summary>
    /// Rejects paths with <c>%252F</c>. The server decodes it to <c>%2F</c> but leaves a <c>%2F</c> encoded, so nothing behind this point
    /// could tell the two apart, and two names would mean the same file.
    /// </summary>
    public static void RefuseTwiceEncodedSlashes(this WebApplication app) => app.Use((http, next) =>
    {
        var path = (http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").Split('?', 2)[0];
        return path.Contains("%252F", StringComparison.OrdinalIgnoreCase)
            ? throw new TrainyardException(ErrorCode.PathForbidden, "The path encodes a slash twice (%252F). Encode it once, as %2F.")
            : next(http);
    });
}
