using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mlflow;

/// <summary>Refuses what Trainyard does not have, so that a client shows why.</summary>
internal static class Unsupported
{
    private static readonly (string Path, string Noun)[] Known =
    [
        ("registered-models", "model registry"), ("model-versions", "model registry"), ("traces", "traces"), ("trace", "traces"),
        ("assessments", "assessments"), ("scorers", "scorers"), ("webhooks", "webhooks of MLflow"), ("gateway", "AI gateway"),
        ("gateway-proxy", "AI gateway"), ("prompts", "prompts"), ("datasets", "evaluation data sets"), ("jobs", "jobs of MLflow"),
        ("graphql", "GraphQL"), ("users", "user accounts"), ("workspaces", "workspaces"), ("secrets", "secrets"),
        ("presigned", "presigned downloads"),
    ];

    /// <exception cref="MlflowException">Always.</exception>
    public static MlflowJson.Nothing Refuse(HttpRequest request, string? rest)
    {
        var first = (rest ?? "").Split('/', 2)[0];
        var noun = Array.Find(Known, area => area.Path == first).Noun;
        throw noun is null
            ? new MlflowException(MlflowError.EndpointNotFound, $"Trainyard has no {request.Method} {request.Path} of MLflow's API.")
            : new MlflowException(
                MlflowError.NotImplemented, $"Trainyard has no {noun}. MLflow's clients can use its runs, metrics and artifacts.");
    }
}
