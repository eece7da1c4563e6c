using Microsoft.Extensions.FileProviders;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.Gateway.Dashboard;

/// <summary>Serves the dashboard's files. They contain no secrets, so they need no API key.</summary>
public static class DashboardPages
{
    private const string NotBuilt = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Trainyard</title>
        <body style="background:#000;color:#ffd700;font:14px/1.6 monospace;padding:2em">
        <h1 style="font-size:1em">TRAINYARD</h1>
        <p>The server is running, but without the dashboard: Node was not installed when it was built.
        <p>Install Node 20 or newer, rebuild Trainyard and reload this page. Until then, use the
        <a style="color:#0ff" href="/docs">API reference</a>.
        """;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "dashboard");

    // The API, its documentation, and probes.
    private static readonly PathString[] NotPages =
        ["/api", "/ajax-api", MlflowPaths.Download, "/ws", "/docs", "/openapi", "/health", "/healthz", "/readyz", "/alive"];

    /// <summary>
    /// Serves the dashboard for paths that a browser opens, such as <c>/runs/ID</c>. Requests for the same path that don't accept HTML get
    /// the run itself. Call it before authentication.
    /// </summary>
    public static void UseDashboard(this WebApplication app)
    {
        var index = Path.Combine(Folder, "index.html");
        var built = File.Exists(index);
        if (built)
        {
            var files = new PrecompressedFiles(Folder);
            app.Use((http, next) =>
            {
                files.Choose(http);
                return next(http);
            });
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(Folder),
                ContentTypeProvider = files,
                OnPrepareResponse = file => Prepare(file.Context),
            });
        }
        app.Use((http, next) => IsPage(http.Request) ? SendAsync(http, built ? index : null) : next(http));
    }

    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !Array.Exists(NotPages, path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    private static Task SendAsync(HttpContext http, string? index)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        return index is null ? http.Response.WriteAsync(NotBuilt) : http.Response.SendFileAsync(PrecompressedFiles.Shortest(http, index));
    }

    /// <summary>Sets cache headers. Files below <c>assets</c> have a content hash in their name, so they never change.</summary>
    private static void Prepare(HttpContext http)
    {
        PrecompressedFiles.Describe(http);
        http.Response.Headers.CacheControl = http.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
    }
}
