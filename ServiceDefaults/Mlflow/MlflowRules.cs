using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Mlflow;

/// <summary>
/// The permissions that MLflow's requests need. Most name their run in the body, so the endpoint checks which run a bound key may use.
/// </summary>
internal static class MlflowRules
{
    private const KeyScopes Job = KeyScopes.Job;
    private const KeyScopes Log = KeyScopes.Job | KeyScopes.Ingest;
    private const KeyScopes Any = KeyScopes.Read | KeyScopes.Job | KeyScopes.Ingest;

    /// <param name="method">The method.</param>
    /// <param name="parts">The path's parts in lower case, from <c>api</c> or <c>ajax-api</c> on.</param>
    /// <param name="original">The path's parts as they came.</param>
    public static RequestRules Of(string method, string[] parts, string[] original) => (method, parts) switch
    {
        ("GET" or "HEAD", [_, _, "mlflow-artifacts", "artifacts", _, _, "artifacts", ..]) =>
            new(KeyScopes.Read | Job, RunId: original[5]),
        ("PUT", [_, _, "mlflow-artifacts", "artifacts", _, _, "artifacts", ..]) => new(Job, RunId: original[5]),
        ("DELETE", [_, _, "mlflow-artifacts", ..]) => new(KeyScopes.Admin),
        (_, [_, _, "mlflow-artifacts", ..]) => new(KeyScopes.Read | Job),
        // A job reads the experiment it logs to, and its own runs: the endpoint checks them.
        ("GET", [_, _, _, "experiments", "get" or "get-by-name"] or [_, _, _, "server-info"]) => new(Any),
        ("GET", [_, _, _, "runs" or "artifacts" or "metrics", ..] or [_, _, _, "logged-models", ..]) => new(KeyScopes.Read | Job),
        ("GET" or "HEAD", _) => new(KeyScopes.Read),
        ("POST", [_, _, _, "experiments", "search" or "search-datasets"] or [_, _, _, "runs" or "logged-models", "search"]) =>
            new(KeyScopes.Read),
        ("POST", [_, _, _, "experiments", "create" or "set-experiment-tag"]) => new(Job),
        ("POST", [_, _, _, "experiments", "update" or "delete" or "restore" or "delete-experiment-tag"]
            or [_, _, _, "runs", "delete" or "restore"]) => new(KeyScopes.Admin),
        ("DELETE", [_, _, _, "logged-models", _]) => new(KeyScopes.Admin),
        ("POST", [_, _, _, "runs", "delete-tag"] or [_, _, _, "upload-artifact"]) => new(Job),
        ("POST", [_, _, _, "runs", ..]) => new(Log),
        (_, [_, _, _, "logged-models", ..]) => new(Job),
        // What Trainyard doesn't have is refused as such, not for lack of permission.
        _ => new(Any),
    };
}
