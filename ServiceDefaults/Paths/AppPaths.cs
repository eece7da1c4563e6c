using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.FilePaths;
using Trainyard.ServiceDefaults.Configuration;

namespace Trainyard.ServiceDefaults.Paths;

/// <summary>Trainyard's folders. All paths from callers must be resolved here.</summary>
public sealed class AppPaths
{
    // Characters that look like a slash, or reorder or break the text, would make a path look as if it led elsewhere.
    private static readonly SearchValues<char> NotPortable = SearchValues.Create(
    [
        .. Between('\0', '\x1f'), .. Between('\x7f', '\x9f'), '\u061c', '\u200e', '\u200f', .. Between('\u2028', '\u202e'),
        .. Between('\u2066', '\u2069'), '\\', '\u2044', '\u2215', '\u29f8', '\uff0f', '\uff3c',
    ]);

    public AppPaths(IOptions<PathOptions> options)
    {
        var paths = options.Value;
        DataRoot = Path.GetFullPath(paths.DataRoot);
        ArtifactsRoot = paths.ResolveArtifacts();
        CorpusRoot = Path.GetFullPath(paths.CorpusRoot is { Length: > 0 } chosen ? chosen : ".");
        PluginsRoot = paths.ResolvePlugins();
    }

    public string DataRoot { get; }

    public string ArtifactsRoot { get; }

    public string CorpusRoot { get; }

    /// <summary>The folder of the plugins, which need not exist.</summary>
    public string PluginsRoot { get; }

    /// <summary>The folder of the keys that encrypt secrets in the database.</summary>
    public string KeysRoot => Path.Combine(DataRoot, "keys");

    /// <summary>
    /// Creates the artifacts' folder if it is in the data folder. Another one may be on a disk that is not mounted yet, and what is then
    /// written in its place would be lost.
    /// </summary>
    public void CreateArtifactsRoot()
    {
        if (ContainedPath.IsReallyWithin(DataRoot, ArtifactsRoot))
        {
            Directory.CreateDirectory(ArtifactsRoot);
        }
    }

    /// <summary>The folder of a tokenizer.</summary>
    public string Tokenizer(string tokenizerId) => ResolveArtifact("tokenizers", tokenizerId);

    /// <summary>The folder of a run's model, checkpoints and logs.</summary>
    public string Model(string runId) => ResolveArtifact("models", runId);

    /// <summary>Resolves a corpus path to an existing file or folder.</summary>
    /// <exception cref="TrainyardException">As <see cref="ResolveInput"/>.</exception>
    public string ResolveCorpus(string path) => ResolveInput(path, "corpus_path");

    /// <summary>Resolves a caller's path to an existing file or folder below the corpus root.</summary>
    /// <param name="path">The caller's path.</param>
    /// <param name="member">The request member that holds the path, for errors.</param>
    /// <exception cref="TrainyardException">
    /// PATH_FORBIDDEN for a path that is outside the corpus root, hidden or in Trainyard's data folder; DATA_NOT_FOUND if it doesn't exist,
    /// or is an empty file. A pipe counts as empty: reading it would wait for somebody to write.
    /// </exception>
    public string ResolveInput(string path, string member)
    {
        if (ContainedPath.Resolve(CorpusRoot, path) is not { } resolved)
        {
            throw new TrainyardException(ErrorCode.PathForbidden,
                $"{member} '{path}' is outside the corpus folder. "
                + "Set APP__CORPUS_ROOT to the folder that holds your text, and restart Trainyard.");
        }
        if (ContainedPath.IsHidden(CorpusRoot, resolved) || IsKept(resolved))
        {
            throw new TrainyardException(ErrorCode.PathForbidden,
                $"{member} '{path}' is hidden or inside Trainyard's data folder, so it can't be read. "
                + "Put the text elsewhere below the corpus folder (APP__CORPUS_ROOT).");
        }
        if (!Path.Exists(resolved))
        {
            throw new TrainyardException(
                ErrorCode.DataNotFound, $"{member} '{path}' does not exist below the corpus folder (APP__CORPUS_ROOT).");
        }
        return Directory.Exists(resolved) || ContainedPath.HasContent(resolved)
            ? resolved
            : throw new TrainyardException(ErrorCode.DataNotFound, $"{member} '{path}' is empty, or no regular file.");
    }

    /// <summary>Whether the path is in a folder Trainyard writes to. A corpus root inside the data folder is allowed.</summary>
    private bool IsKept(string path) =>
        ContainedPath.IsReallyWithin(ArtifactsRoot, path)
        || (ContainedPath.IsReallyWithin(DataRoot, path) && !ContainedPath.IsReallyWithin(DataRoot, CorpusRoot));

    /// <summary>Resolves an artifact path, which need not exist.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN outside the artifact's folder, or for a path that is not portable.</exception>
    public string ResolveArtifact(string kind, string id, string path = "")
    {
        if (!IsPortable(path))
        {
            throw new TrainyardException(
                ErrorCode.PathForbidden,
                "An artifact path must not contain backslashes, control characters, characters that change the direction of text or look "
                + "like slashes, or names that end in a dot or a space. Separate folders with '/'.");
        }
        // An id of ".." would name the root of all artifacts.
        var folder = Identifier.IsValid(kind) && Identifier.IsValid(id)
            ? ContainedPath.Resolve(ArtifactsRoot, Path.Combine(kind, id))
            : null;
        return folder is not null && ContainedPath.Resolve(folder, path) is { } resolved
            ? resolved
            : throw new TrainyardException(ErrorCode.PathForbidden, $"'{path}' is outside the artifact folder of {kind} {id}.");
    }

    /// <summary>
    /// Whether a path means the same file on every operating system, and to every reader. On Windows a backslash separates folders, and
    /// dots and spaces at the end of a name are dropped.
    /// </summary>
    public static bool IsPortable(string path) =>
        !path.AsSpan().ContainsAny(NotPortable) && path.Split('/').All(name => name is "." or ".." || name is not [.., '.' or ' ']);

    private static IEnumerable<char> Between(char first, char last) =>
        Enumerable.Range(first, last - first + 1).Select(code => (char)code);
}

internal static class PathExtensions
{
    public static void AddPaths(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<PathOptions>(PathOptions.Section);
        builder.Services.AddSingleton<AppPaths>();
    }
}
