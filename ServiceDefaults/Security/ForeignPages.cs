using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

internal static class ForeignPages
{
    private static readonly string[] Exposed = ["X-Request-ID", "Retry-After", "Location", "ETag", "Content-Disposition"];
    private static readonly string[] Harmless = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    /// <summary>
    /// Rejects WebSockets and writes from pages of other sites, unless <c>SECURITY__CORS_ORIGINS</c> lists the origin. Browsers let any
    /// page open WebSockets and post forms to any address, including localhost. Programs other than browsers send no Origin header.
    /// </summary>
    public static void RefuseForeignPages(this WebApplication app)
    {
        var named = app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.Origins;
        if (named.Count > 0)
        {
            app.UseCors(policy => policy.WithOrigins([.. named]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(Exposed));
        }
        app.Use((http, next) =>
            IsHarmless(http.Request) || http.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
                || IsOwn(origin, http.Request.Host) || named.Contains(origin, StringComparer.OrdinalIgnoreCase)
                ? next(http)
                : throw new TrainyardException(ErrorCode.Unauthorized,
                    $"Pages of {origin} may not open WebSockets or change anything here. "
                    + "To allow them, add the origin to SECURITY__CORS_ORIGINS."));
    }

    /// <summary>The same-origin policy protects GET responses, but not WebSockets.</summary>
    private static bool IsHarmless(HttpRequest request) =>
        Harmless.Contains(request.Method, StringComparer.OrdinalIgnoreCase) && request.Headers.Upgrade.Count == 0;

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
