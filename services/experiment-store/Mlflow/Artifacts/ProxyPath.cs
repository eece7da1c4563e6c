using Trainyard.ExperimentStore.Mlflow.Protocol;

namespace Trainyard.ExperimentStore.Mlflow.Artifacts;

/// <summary>
/// A path of MLflow's artifact proxy: <c>EXPERIMENT/RUN/artifacts/PATH</c>. The experiment is not used: a run may have moved.
/// </summary>
/// <param name="OwnerId">The run, or the logged model without a run.</param>
/// <param name="Path">The path below its folder; empty for the folder itself.</param>
internal sealed record ProxyPath(string OwnerId, string Path)
{
    public const string Scheme = "mlflow-artifacts:";

    private const int MaxDecodings = 10;
    private const string Folder = "artifacts";

    /// <summary>The URI that clients resolve against the tracking server, unless the experiment has a location of its own.</summary>
    public static string ArtifactUri(string experimentId, string ownerId, string? location = null) =>
        $"{location ?? $"{Scheme}/{experimentId}"}/{ownerId}/{Folder}";

    /// <exception cref="MlflowException">The path leads outside, or is not below a run.</exception>
    public static ProxyPath Of(string? path) => Find(path)
        ?? throw MlflowException.Invalid("Invalid path: it must be EXPERIMENT_ID/RUN_ID/artifacts/PATH.");

    /// <summary>Null if the path is above the folder of a run.</summary>
    public static ProxyPath? Find(string? path) =>
        Safe(path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries) is [_, var owner, Folder, .. var rest]
            ? new(owner, string.Join('/', rest))
            : null;

    /// <summary>Refuses a path that is absolute or has parents, however often it is encoded.</summary>
    public static string Safe(string path)
    {
        var decoded = path;
        for (var count = 0; count < MaxDecodings && Uri.UnescapeDataString(decoded) is var next && next != decoded; count++)
        {
            decoded = next;
        }
        var isUnsafe = decoded.StartsWith('/') || decoded.IndexOfAny(['\\', '#', '\0']) >= 0
            || decoded.Split('/').Contains("..", StringComparer.Ordinal)
            || (decoded.Length > 1 && decoded[1] == ':' && char.IsAsciiLetter(decoded[0]))
            || decoded.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
        return isUnsafe ? throw MlflowException.Invalid("Invalid path") : path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
    }
}
