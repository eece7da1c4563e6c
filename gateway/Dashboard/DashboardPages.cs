using Microsoft.Extensions.FileProviders;

namespace Trainyard.Gateway.Dashboard;

/// <summary>The dashboard's files: the same for everybody, with nothing secret in them, so no key is asked for.</summary>
public static class DashboardPages
{
    private const string NotBuilt = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Trainyard</title>
        <body style="background:#000;color:#ffd700;font:14px/1.6 monospace;padding:2em">
        <h1 style="font-size:1em">TRAINYARD</h1>
        <p>It runs, but it was built on a machine without Node, and so without its dashboard.
        <p>Install Node 20 or newer, build Trainyard again, and reload this page. Meanwhile: <a style="color:#0ff" href="/docs">every endpoint, to read and to try</a>.
        """;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "dashboard");

    // What is not a page: the API, what it is described by, and probes.
    private static readonly PathString[] Elsewhere = ["/api", "/ws", "/docs", "/openapi", "/health", "/healthz", "/readyz", "/alive"];

    /// <summary>
    /// Answers what a browser opens with the dashboard, whose pages have addresses such as <c>/runs/ID</c>: a program that asks for the same
    /// path, without wanting HTML, gets the run. Call it before anything that asks for a key.
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
        && !Array.Exists(Elsewhere, path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    private static Task SendAsync(HttpContext http, string? index)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        return index is null ? http.Response.WriteAsync(NotBuilt) : http.Response.SendFileAsync(PrecompressedFiles.Shortest(http, index));
    }

    /// <summary>A file below <c>assets</c> has its content's hash in its name.</summary>
    private static void Prepare(HttpContext http)
    {
        PrecompressedFiles.Describe(http);
        http.Response.Headers.CacheControl = http.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
    }
}
