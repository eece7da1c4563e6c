using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>The checkpoints and artifacts of one run, to which its events add.</summary>
internal sealed class SavedFiles(StoreContext db, string runId, List<Checkpoint> checkpoints, List<Artifact> artifacts)
{
    public const int MaxPathCharacters = 1024;

    /// <summary>Adds a checkpoint, or replaces what is known of the one of this path.</summary>
    public void Save(CheckpointSaved saved, int attempt)
    {
        var path = StorableText.Clean(saved.Path, MaxPathCharacters);
        if (checkpoints.Find(known => known.Path == path) is not { } checkpoint)
        {
            checkpoint = new Checkpoint { Id = Identifier.Create("ckpt"), RunId = runId, Path = path };
            checkpoints.Add(checkpoint);
            db.Checkpoints.Add(checkpoint);
        }
        if (saved.IsBest)
        {
            checkpoints.ForEach(other => other.IsBest = false);
        }
        var metrics = saved.Measurements ?? new Dictionary<string, double>(StringComparer.Ordinal);
        checkpoint.Attempt = attempt;
        checkpoint.Step = saved.Step;
        checkpoint.IsBest = saved.IsBest;
        checkpoint.Size = saved.Size;
        checkpoint.Metrics = JsonSerializer.Serialize(metrics, WireJson.Options);
        checkpoint.Metadata = saved.Metadata?.GetRawText();
        checkpoint.SavedAt = saved.Time.ToUniversalTime();
        (checkpoint.Validation, checkpoint.Sha256) = (CheckpointValidation.Unchecked, StorableText.CleanOrNull(saved.Sha256, 128));
        db.Outgoing.Add(new CheckpointUpdate(runId, checkpoint.Id, checkpoint.Step, checkpoint.IsBest, metrics));
    }

    /// <summary>Adds an artifact, or changes the one of this path. What is null stays as it is.</summary>
    public void Save(string path, string? kind, long? size, string? sha256, DateTimeOffset time)
    {
        path = StorableText.Clean(path, MaxPathCharacters);
        if (artifacts.Find(known => known.Path == path) is not { } artifact)
        {
            artifact = new Artifact { RunId = runId, Path = path };
            artifacts.Add(artifact);
            db.Artifacts.Add(artifact);
        }
        artifact.Kind = StorableText.CleanOrNull(kind, 64) ?? artifact.Kind;
        artifact.Size = size ?? artifact.Size;
        artifact.Sha256 = StorableText.CleanOrNull(sha256, 128) ?? artifact.Sha256;
        artifact.SavedAt = time.ToUniversalTime();
    }
}
