using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Trainyard.Gateway.Dashboard;

/// <summary>Serves files compressed at build time: <c>app.js.br</c> and <c>app.js.gz</c> beside <c>app.js</c>.</summary>
internal sealed class PrecompressedFiles(string folder) : IContentTypeProvider
{
    private static readonly (string Encoding, string Ending)[] Kinds = [("br", ".br"), ("gzip", ".gz")];

    private readonly FileExtensionContentTypeProvider types = new();

    /// <summary>Rewrites a request for a file to its smallest variant that the client accepts.</summary>
    public void Choose(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if ((HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) && types.TryGetContentType(path, out _)
            && !path.Contains("..", StringComparison.Ordinal)
            && EndingOf(http.Request, Path.Join(folder, path)) is { } ending)
        {
            http.Request.Path = path + ending;
        }
    }

    /// <summary>The smallest variant of a file that the client accepts. Sets the response headers to match.</summary>
    public static string Shortest(HttpContext http, string file)
    {
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (EndingOf(http.Request, file) is not { } ending)
        {
            return file;
        }
        http.Response.Headers.ContentEncoding = EncodingOf(ending);
        return file + ending;
    }

    /// <summary>Sets the content encoding of the chosen variant.</summary>
    public static void Describe(HttpContext http)
    {
        if (EncodingOf(Path.GetExtension(http.Request.Path.Value ?? "")) is { } encoding)
        {
            http.Response.Headers.ContentEncoding = encoding;
            http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        }
    }

    public bool TryGetContentType(string subpath, [MaybeNullWhen(false)] out string contentType) =>
        types.TryGetContentType(EncodingOf(Path.GetExtension(subpath)) is null ? subpath : Path.ChangeExtension(subpath, null),
            out contentType);

    private static string? EndingOf(HttpRequest request, string file)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Kinds
            .Where(kind => accepted.Any(encoding =>
                encoding.Value.Equals(kind.Encoding, StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0))
            .Select(kind => kind.Ending)
            .FirstOrDefault(ending => File.Exists(file + ending));
    }

    private static string? EncodingOf(string ending) => Array.Find(Kinds, kind => kind.Ending == ending).Encoding;
}
