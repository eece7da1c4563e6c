namespace Trainyard.Gateway;

public static class PublicPaths
{
    private static readonly PathString[] Short = ["/runs", "/tokenizers", "/artifacts"];

    /// <summary>
    /// Lets <c>/runs</c>, <c>/tokenizers</c> and <c>/artifacts</c> answer without <c>/api</c>. Call it first: it starts routing itself,
    /// behind the change of the path, where the host would otherwise start it in front.
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
