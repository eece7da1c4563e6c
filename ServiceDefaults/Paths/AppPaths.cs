using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Configuration;

namespace Trainyard.ServiceDefaults.Paths;

/// <summary>The folders Trainyard works in, and the only way from a caller's path to a file.</summary>
public sealed class AppPaths
{
    private static readonly SearchValues<char> NotPortable =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (char)code), '\x7f', '\\']);

    public AppPaths(IOptions<PathOptions> options)
    {
        var paths = options.Value;
        DataRoot = Path.GetFullPath(paths.DataRoot);
        ArtifactsRoot = Path.GetFullPath(paths.ArtifactsRoot ?? Path.Combine(DataRoot, "artifacts"));
        CorpusRoot = Path.GetFullPath(paths.CorpusRoot ?? ".");
    }

    public string DataRoot { get; }

    public string ArtifactsRoot { get; }

    public string CorpusRoot { get; }

    /// <summary>The keys that encrypt secrets in the database.</summary>
    public string KeysRoot => Path.Combine(DataRoot, "keys");

    /// <summary>The folder of a tokenizer.</summary>
    public string Tokenizer(string tokenizerId) => ResolveArtifact("tokenizers", tokenizerId);

    /// <summary>The folder of a run's model, checkpoints and logs.</summary>
    public string Model(string runId) => ResolveArtifact("models", runId);

    /// <summary>The existing file or folder a corpus path means.</summary>
    /// <exception cref="TrainyardException">As <see cref="ResolveInput"/>.</exception>
    public string ResolveCorpus(string path) => ResolveInput(path, "corpus_path");

    /// <summary>The existing file or folder below the corpus root that a caller wants read.</summary>
    /// <param name="path">What the caller gave.</param>
    /// <param name="member">As what.</param>
    /// <exception cref="TrainyardException">
    /// PATH_FORBIDDEN outside the corpus root, for what is hidden and for what Trainyard keeps itself; DATA_NOT_FOUND when nothing is there.
    /// </exception>
    public string ResolveInput(string path, string member)
    {
        if (ContainedPath.Resolve(CorpusRoot, path) is not { } resolved)
        {
            throw new TrainyardException(ErrorCode.PathForbidden,
                $"{member} '{path}' is outside the corpus folder. APP__CORPUS_ROOT names that folder; "
                + "start Trainyard with it set to a folder that holds your text.");
        }
        if (ContainedPath.IsHidden(CorpusRoot, resolved) || IsKept(resolved))
        {
            throw new TrainyardException(ErrorCode.PathForbidden,
                $"{member} '{path}' is hidden, or in the folder where Trainyard keeps its data: neither is read. "
                + "Put the text elsewhere below the corpus folder (APP__CORPUS_ROOT).");
        }
        return Path.Exists(resolved)
            ? resolved
            : throw new TrainyardException(
                ErrorCode.DataNotFound, $"{member} '{path}' does not exist below the corpus folder (APP__CORPUS_ROOT).");
    }

    /// <summary>Whether Trainyard keeps something there; a corpus folder inside the data folder is the person's own doing.</summary>
    private bool IsKept(string path) =>
        ContainedPath.IsReallyWithin(ArtifactsRoot, path)
        || (ContainedPath.IsReallyWithin(DataRoot, path) && !ContainedPath.IsReallyWithin(DataRoot, CorpusRoot));

    /// <summary>The place an artifact path means, whether or not something is there.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN outside the artifact's own folder, or for a name not every system has.</exception>
    public string ResolveArtifact(string kind, string id, string path = "")
    {
        if (!IsPortable(path))
        {
            throw new TrainyardException(
                ErrorCode.PathForbidden, "A path of an artifact has neither backslashes nor control characters; its folders end with '/'.");
        }
        // ".." for an id would be the folder of all of them.
        var folder = Identifier.IsValid(kind) && Identifier.IsValid(id) ? ContainedPath.Resolve(ArtifactsRoot, Path.Combine(kind, id)) : null;
        return folder is not null && ContainedPath.Resolve(folder, path) is { } resolved
            ? resolved
            : throw new TrainyardException(ErrorCode.PathForbidden, $"'{path}' is outside the artifacts of {kind} {id}.");
    }

    /// <summary>Whether a path means the same file on every system: on some a backslash ends a folder's name.</summary>
    public static bool IsPortable(string path) => !path.AsSpan().ContainsAny(NotPortable);
}

internal static class PathExtensions
{
    public static void AddPaths(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<PathOptions>(PathOptions.Section);
        builder.Services.AddSingleton<AppPaths>();
    }
}
