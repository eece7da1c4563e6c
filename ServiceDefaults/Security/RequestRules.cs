using Microsoft.AspNetCore.Http;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The permissions a request needs, by its method and path.</summary>
/// <param name="AnyOf">One of these scopes, or <see cref="KeyScopes.Admin"/>.</param>
/// <param name="RunId">The run the request writes to; null if the path names none.</param>
/// <param name="ExperimentId">The experiment the request writes to; null if the path names none.</param>
internal readonly record struct RequestRules(KeyScopes AnyOf, string? RunId = null, string? ExperimentId = null)
{
    public static RequestRules Of(HttpRequest request)
    {
        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        // Routing ignores case.
        var lower = Array.ConvertAll(parts, part => part.ToLowerInvariant());
        if (MlflowPaths.Include(request.Path))
        {
            return MlflowRules.Of(request.Method, lower, parts);
        }
        return (request.Method, lower) switch
        {
            ("GET", ["api", "experiments", _, "trials", _, "should_prune"]) =>
                new(KeyScopes.Read | KeyScopes.Job, RunId: parts[4], ExperimentId: parts[2]),
            ("GET" or "HEAD", _) => new(KeyScopes.Read),
            // POST requests that only read: queries with a body, and tickets, which must not be cached.
            ("POST", ["api", "metrics", "query"] or ["api", "tokenizers", _, "encode" or "decode"] or ["api", "ws-ticket"]) =>
                new(KeyScopes.Read),
            ("POST", ["api", "events", _, ..]) => new(KeyScopes.Ingest | KeyScopes.Job),
            ("POST", ["api", "runs", _, "metrics"]) => new(KeyScopes.Ingest | KeyScopes.Job, RunId: parts[2]),
            ("POST", ["api", "runs"]) => new(KeyScopes.Job),
            ("POST", ["api", "runs", _, "checkpoints"]) => new(KeyScopes.Job, RunId: parts[2]),
            ("PUT", ["api", "artifacts", "models", _, _, ..]) => new(KeyScopes.Job, RunId: parts[3]),
            ("POST", ["api", "experiments", _, "ask" or "tell"]) => new(KeyScopes.Job, ExperimentId: parts[2]),
            _ => new(KeyScopes.Admin),
        };
    }

    /// <summary>Whether the caller has a sufficient scope. <see cref="RequireOwn"/> checks what it writes to.</summary>
    public bool Allow(Caller caller) => (caller.May & (AnyOf | KeyScopes.Admin)) is not KeyScopes.None;

    /// <exception cref="Contracts.Errors.TrainyardException">
    /// UNAUTHORIZED: the caller may not write to this run or experiment.
    /// </exception>
    public void RequireOwn(Caller caller)
    {
        if ((caller.May & AnyOf).HasFlag(KeyScopes.Read))
        {
            return;
        }
        if (RunId is { } run)
        {
            caller.RequireRun(run);
        }
        caller.RequireExperiment(ExperimentId);
    }
}
