using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Training;

/// <summary>Why something a config names can't be trained with.</summary>
internal sealed record InputRefusal(ErrorCode Code, string Field, string Message);

/// <summary>Looks for what a config names before the run is queued, rather than on the worker an hour later.</summary>
internal sealed class TrainingInputs(AppPaths paths, CheckpointPaths checkpoints)
{
    public InputRefusal? CheckTokenizer(string tokenizerId)
    {
        if (!Identifier.IsValid(tokenizerId))
        {
            return new(ErrorCode.ConfigInvalid, "tokenizer_id", Identifier.Rule);
        }
        return ManifestStatus(Path.Combine(paths.Tokenizer(tokenizerId), "manifest.json")) switch
        {
            "completed" => null,
            null => new(ErrorCode.TokenizerNotFound, "tokenizer_id", $"names no tokenizer: '{tokenizerId}'"),
            "failed" => new(ErrorCode.ConfigInvalid, "tokenizer_id", $"names a tokenizer whose training failed: '{tokenizerId}'"),
            _ => new(ErrorCode.ConfigInvalid, "tokenizer_id", $"names a tokenizer that is still training: '{tokenizerId}'"),
        };
    }

    public InputRefusal? CheckCorpus(string path) => CheckText(path, "corpus_path");

    /// <summary>Looks for the text that a member of a request names.</summary>
    public InputRefusal? CheckText(string path, string member)
    {
        if (path.Length == 0)
        {
            return null;
        }
        try
        {
            paths.ResolveInput(path, member);
            return null;
        }
        catch (TrainyardException refused)
        {
            return new(refused.Code, member, refused.Message);
        }
    }

    /// <summary>The checkpoint folder, below the artifacts root, that a run or checkpoint id means.</summary>
    public async Task<(string? Path, InputRefusal? Refusal)> ResolveStartAsync(StoreContext db, string? startFrom, CancellationToken cancellationToken)
    {
        if (startFrom is null || !Identifier.IsValid(startFrom))
        {
            return (null, null);
        }
        var checkpoint = await db.Checkpoints.SingleOrDefaultAsync(one => one.Id == startFrom, cancellationToken)
            ?? await BestAsync(db, startFrom, cancellationToken);
        if (checkpoint is null)
        {
            return (null, new(ErrorCode.CheckpointInvalid, "start_from", $"names neither a checkpoint nor a run with one: '{startFrom}'"));
        }
        if (checkpoint.Validation is CheckpointValidation.Invalid)
        {
            return (null, new(ErrorCode.CheckpointInvalid, "start_from", $"names a checkpoint that can't be used: '{startFrom}'; its problems say why"));
        }
        return checkpoints.FolderOf(checkpoint) is { } folder
            ? (folder, null)
            : (null, new(ErrorCode.CheckpointInvalid, "start_from", $"names a checkpoint that is not on disk any more: '{startFrom}'"));
    }

    private static async Task<Checkpoint?> BestAsync(StoreContext db, string runId, CancellationToken cancellationToken) => await db.Checkpoints
        .Where(one => one.RunId == runId)
        .OrderByDescending(one => one.IsBest)
        .ThenByDescending(one => one.Step)
        .FirstOrDefaultAsync(cancellationToken);

    private static string? ManifestStatus(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));
            return manifest.RootElement.TryGetProperty("status", out var status) && status.ValueKind is JsonValueKind.String ? status.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            // Being written: it is replaced as a whole when it is complete.
            return "";
        }
    }
}
