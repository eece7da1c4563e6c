using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Paths;

/// <summary>The folders Trainyard works in, and the only way from a caller's path to a file.</summary>
public sealed class AppPaths
{
    private static readonly SearchValues<char> NotPortable = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (char)code), '\x7f', '\\']);

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

    /// <summary>The folder of a tokenizer.</summary>
    public string Tokenizer(string tokenizerId) => ResolveArtifact("tokenizers", tokenizerId);

    /// <summary>The folder of a run's model, checkpoints and logs.</summary>
    public string Model(string runId) => ResolveArtifact("models", runId);

    /// <summary>The existing file or folder a corpus path means.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN outside the corpus root or inside the data root, DATA_NOT_FOUND when nothing is there.</exception>
    public string ResolveCorpus(string path)
    {
        if (ContainedPath.Resolve(CorpusRoot, path) is not { } resolved)
        {
            throw new TrainyardException(ErrorCode.PathForbidden,
                $"corpus_path '{path}' is outside the corpus folder. APP__CORPUS_ROOT names that folder; start Trainyard with it set to a folder that holds your text.");
        }
        return Path.Exists(resolved)
            ? resolved
            : throw new TrainyardException(ErrorCode.DataNotFound, $"corpus_path '{path}' does not exist below the corpus folder (APP__CORPUS_ROOT).");
    }

    /// <summary>The place an artifact path means, whether or not something is there.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN outside the artifact's own folder, or for a name that not every system can have.</exception>
    public string ResolveArtifact(string kind, string id, string path = "")
    {
        if (!IsPortable(path))
        {
            throw new TrainyardException(ErrorCode.PathForbidden, "A path of an artifact has neither backslashes nor control characters; its folders end with '/'.");
        }
        // ".." for an id would be the folder of all of them.
        var folder = Identifier.IsValid(kind) && Identifier.IsValid(id) ? ContainedPath.Resolve(ArtifactsRoot, Path.Combine(kind, id)) : null;
        return folder is not null && ContainedPath.Resolve(folder, path) is { } resolved
            ? resolved
            : throw new TrainyardException(ErrorCode.PathForbidden, $"'{path}' is outside the artifacts of {kind} {id}.");
    }

    /// <summary>Whether a path with forward slashes means the same file on every system: a backslash is a folder's end on some of them.</summary>
    public static bool IsPortable(string path) => !path.AsSpan().ContainsAny(NotPortable);
}

internal static class PathExtensions
{
    public static void AddPaths(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PathOptions>().BindConfiguration(PathOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AppPaths>();
    }
}
