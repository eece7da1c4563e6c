namespace Trainyard.Gateway;

public static class PublicPaths
{
    private static readonly PathString[] Short = ["/runs", "/tokenizers", "/artifacts"];

    /// <summary>
    /// Serves <c>/runs</c>, <c>/tokenizers</c> and <c>/artifacts</c> without <c>/api</c>. Call it first: it rewrites the path and then adds
    /// routing, which the host would otherwise add before the rewrite.
    /// </summary>
    public static void UsePublicPaths(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (Array.Exists(Short, prefix => http.Request.Path.StartsWithSegments(prefix, StringComparison.Ordinal)))
            {
                http.Request.Path = "/api" + http.Request.Path;
            }
            return next(http);
        });
        app.UseRouting();
    }
}
