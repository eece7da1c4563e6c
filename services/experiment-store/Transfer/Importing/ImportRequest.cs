using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>A file or folder on this machine, or a database, to import.</summary>
/// <param name="Path">Below the corpus root.</param>
/// <param name="Format"><c>trainyard</c>, <c>tensorboard</c>, <c>neptune</c> or <c>mlflow</c>.</param>
/// <param name="ExperimentId">The experiment for runs that name none.</param>
/// <param name="StepMultiplier">Multiplies fractional steps to make them whole.</param>
/// <param name="DatabaseUri">Instead of a path: the address of MLflow's Postgres, <c>postgresql://USER:PASSWORD@HOST:PORT/NAME</c>.</param>
/// <param name="ArtifactsPath">
/// The folder with the files of the runs of an MLflow database, <c>EXPERIMENT_ID/RUN_ID/artifacts</c> in it; below the corpus root.
/// </param>
internal sealed record ImportRequest(
    string? Path, string? Format, string? ExperimentId, [property: Range(1, ImportRequest.MaxStepMultiplier)] int? StepMultiplier,
    string? DatabaseUri = null, string? ArtifactsPath = null)
{
    public const int MaxStepMultiplier = 1_000_000;
    public const string Formats = "trainyard, tensorboard, neptune or mlflow";
    private const int MaxPathCharacters = 4096;

    public IEnumerable<Problem> Problems(bool upload)
    {
        if (Format is not ("trainyard" or "tensorboard" or "neptune" or "mlflow"))
        {
            yield return new("format", $"must be {Formats}");
        }
        if (!upload && DatabaseUri is null && Path is not { Length: > 0 and <= MaxPathCharacters })
        {
            yield return new("path", "must name a file or folder below the corpus folder");
        }
        if (DatabaseUri is not null && (Path is not null || Format is not "mlflow" || MlflowAddress.Parse(DatabaseUri) is null))
        {
            yield return new("database_uri", MlflowAddress.Rule);
        }
        if (ArtifactsPath is not null && (Format is not "mlflow" || ArtifactsPath.Length is 0 or > MaxPathCharacters))
        {
            yield return new("artifacts_path", "must name a folder below the corpus folder, and the format be mlflow");
        }
        if (ExperimentId is not null && !Identifier.IsValid(ExperimentId))
        {
            yield return new("experiment_id", Identifier.Rule);
        }
        if (StepMultiplier is < 1 or > MaxStepMultiplier)
        {
            yield return new("step_multiplier", $"must be from 1 to {MaxStepMultiplier}");
        }
    }
}
