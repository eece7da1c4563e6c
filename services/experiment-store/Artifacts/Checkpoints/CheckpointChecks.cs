using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.CheckpointFiles;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <param name="Validation">The result.</param>
/// <param name="Report">Details of the files; null if there were none to inspect.</param>
/// <param name="Sha256">The hash; null if it was not computed.</param>
/// <param name="Problems">All problems found.</param>
internal sealed record CheckpointFindings(
    CheckpointValidation Validation, CheckpointReport? Report, string? Sha256, IReadOnlyList<string> Problems);

/// <summary>Checks whether checkpoint files match their registration. Those that events name are checked in the background.</summary>
internal sealed class CheckpointChecks(
    Database database, CheckpointPaths paths, IOptions<CheckpointOptions> options, TimeProvider clock,
    ILogger<CheckpointChecks> logger)
    : IMaintenanceJob
{
    private const int MaxAtOnce = 100;

    public string Name => "checkpoint checks";

    /// <summary>Checks unchecked checkpoints. One that is saved again in the meantime is checked again.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var waiting = await database.ReadAsync((db, token) => db.Checkpoints
            .Where(checkpoint => checkpoint.Validation == CheckpointValidation.Unchecked)
            .OrderBy(checkpoint => checkpoint.SavedAt)
            .Take(MaxAtOnce)
            .ToListAsync(token), cancellationToken);
        // The trainer publishes a checkpoint after registering it. Skip unpublished ones until the next pass.
        foreach (var next in waiting.Where(checkpoint => !paths.IsUnpublished(checkpoint)))
        {
            var findings = await CheckAsync(
                next.RunId, next.Path, next.Size, next.Sha256, requiredKeys: [], maxHashedBytes: long.MaxValue, cancellationToken);
            await RecordAsync(next.Id, next.SavedAt, findings, cancellationToken);
        }
    }

    /// <summary>Checks a checkpoint that is being registered. Leaves the hash of a large one for later.</summary>
    public Task<CheckpointFindings> CheckAsync(string runId, NewCheckpoint checkpoint, CancellationToken cancellationToken) => CheckAsync(
        runId, checkpoint.Place, checkpoint.Size, checkpoint.Sha256, checkpoint.RequiredKeys ?? [], options.Value.HashAtOnceBytes,
        cancellationToken);

    /// <summary>Stores the findings, unless the checkpoint has been saved again since.</summary>
    public Task RecordAsync(
        string checkpointId, DateTimeOffset savedAt, CheckpointFindings findings, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            var checkpoint = await db.Checkpoints.SingleOrDefaultAsync(row => row.Id == checkpointId, token);
            if (checkpoint?.SavedAt == savedAt)
            {
                checkpoint.Record(findings, clock.GetUtcNow());
            }
        }, cancellationToken);

    /// <summary>
    /// Checks the files at a path. Null sizes and hashes are not compared. Beyond <paramref name="maxHashedBytes"/>, files without other
    /// problems stay <see cref="CheckpointValidation.Unchecked"/>.
    /// </summary>
    private async Task<CheckpointFindings> CheckAsync(
        string runId, string path, long? size, string? sha256, IReadOnlyList<string> requiredKeys, long maxHashedBytes,
        CancellationToken cancellationToken)
    {
        var (place, full) = paths.Find(runId, path);
        if (place is CheckpointPlace.Forbidden or CheckpointPlace.Elsewhere)
        {
            return new(CheckpointValidation.Remote, null, null, []);
        }
        if (!Path.Exists(full))
        {
            return Missing();
        }
        try
        {
            var report = CheckpointFile.Inspect(full);
            var problems = report.Problems.ToList();
            if (size is { } expected && expected != report.Size)
            {
                problems.Add($"it has {report.Size:N0} bytes, but was registered with {expected:N0}");
            }
            problems.AddRange(requiredKeys.Where(key => !report.Keys.Contains(key)).Select(key => $"it lacks the key '{key}'"));
            if (problems.Count > 0)
            {
                return new(CheckpointValidation.Invalid, report, null, problems);
            }
            if (report.Size > maxHashedBytes)
            {
                return new(CheckpointValidation.Unchecked, report, sha256, []);
            }
            var damage = await CheckpointFile.FindDamageAsync(full, cancellationToken);
            if (damage.Count > 0)
            {
                return new(CheckpointValidation.Invalid, report, null, damage);
            }
            var hash = await CheckpointFile.HashAsync(full, cancellationToken);
            return sha256 is null || string.Equals(sha256, hash, StringComparison.OrdinalIgnoreCase)
                ? new(report.IsUnderstood ? CheckpointValidation.Valid : CheckpointValidation.Unknown, report, hash, [])
                : new(CheckpointValidation.Invalid, report, hash, [$"its SHA-256 is {hash}, but it was registered with {sha256}"]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Missing();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "Can't read a checkpoint of run {RunId}; it counts as invalid", runId);
            return new(CheckpointValidation.Invalid, null, null, [$"it can't be read: {exception.Message}"]);
        }
    }

    private static CheckpointFindings Missing() => new(CheckpointValidation.Missing, null, null, ["it does not exist"]);
}
