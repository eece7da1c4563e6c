using Microsoft.AspNetCore.Http;

namespace Trainyard.ServiceDefaults.Mlflow;

/// <summary>The paths at which Trainyard speaks MLflow's REST protocol.</summary>
public static class MlflowPaths
{
    /// <summary>
    /// The roots of MLflow's API. Clients use <c>/api</c>, pages use <c>/ajax-api</c>, and newer calls have the version 3.0.
    /// </summary>
    public static IReadOnlyList<string> Api { get; } =
        ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/3.0/mlflow"];

    /// <summary>The roots of the artifact proxy.</summary>
    public static IReadOnlyList<string> Artifacts { get; } = ["/api/2.0/mlflow-artifacts", "/ajax-api/2.0/mlflow-artifacts"];

    /// <summary>The path of MLflow's older download address.</summary>
    public const string Download = "/get-artifact";

    private static readonly PathString[] Roots = [.. Api.Concat(Artifacts).Append(Download).Select(path => new PathString(path))];

    /// <summary>Whether a request is MLflow's, so that its errors and keys take MLflow's form.</summary>
    public static bool Include(PathString path) =>
        Array.Exists(Roots, root => path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase));
}
