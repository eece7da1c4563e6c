using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Trainyard.Gateway.Dashboard;

/// <summary>Files that were compressed when they were built: <c>app.js.br</c> and <c>app.js.gz</c> beside <c>app.js</c>.</summary>
internal sealed class PrecompressedFiles(string folder) : IContentTypeProvider
{
    private static readonly (string Encoding, string Ending)[] Kinds = [("br", ".br"), ("gzip", ".gz")];

    private readonly FileExtensionContentTypeProvider types = new();

    /// <summary>Turns a request for a file into one for its shortest form that the caller takes.</summary>
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

    /// <summary>The shortest form of a file that the caller takes; the answer says which it is.</summary>
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

    /// <summary>Says how the file that was chosen is compressed.</summary>
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
            .Where(kind => accepted.Any(one => one.Value.Equals(kind.Encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0))
            .Select(kind => kind.Ending)
            .FirstOrDefault(ending => File.Exists(file + ending));
    }

    private static string? EncodingOf(string ending) => Array.Find(Kinds, kind => kind.Ending == ending).Encoding;
}
