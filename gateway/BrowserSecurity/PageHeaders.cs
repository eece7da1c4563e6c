namespace Trainyard.Gateway.BrowserSecurity;

public static class PageHeaders
{
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "media-src 'self' blob:; font-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    // The API reference page has an inline script.
    private static readonly string DocsPolicy =
        Policy.Replace("script-src 'self'", "script-src 'self' 'unsafe-inline'", StringComparison.Ordinal);

    /// <summary>
    /// Adds security headers: only Trainyard's own scripts run in its pages, other sites can't embed them, and browsers don't guess content
    /// types. Call it first, so that errors have the headers too.
    /// </summary>
    public static void UsePageHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        var policy = http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal) ? DocsPolicy : Policy;
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            // Services set a stricter policy for uploaded files.
            headers.ContentSecurityPolicy = headers.ContentSecurityPolicy is { Count: > 0 } stricter ? stricter : policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            return Task.CompletedTask;
        });
        return next(http);
    });
}
