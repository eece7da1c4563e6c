using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.CheckpointFiles;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <param name="Validation">The verdict.</param>
/// <param name="Report">What was found; null when there was nothing to look into.</param>
/// <param name="Sha256">Null when it was not computed.</param>
/// <param name="Problems">Every reason against it.</param>
internal sealed record CheckpointFindings(CheckpointValidation Validation, CheckpointReport? Report, string? Sha256, IReadOnlyList<string> Problems);

/// <summary>Looks whether checkpoints are what their runs said, those that events named in the background.</summary>
internal sealed class CheckpointChecks(
    Database database, CheckpointPaths paths, IOptions<CheckpointOptions> options, TimeProvider clock,
    ILogger<CheckpointChecks> logger)
    : IMaintenanceJob
{
    private const int MaxAtOnce = 100;

    public string Name => "checkpoint checks";

    /// <summary>Looks at those nobody has looked at. One that is saved again meanwhile is looked at again.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var waiting = await database.ReadAsync((db, token) => db.Checkpoints
            .Where(one => one.Validation == CheckpointValidation.Unchecked)
            .OrderBy(one => one.SavedAt)
            .Take(MaxAtOnce)
            .ToListAsync(token), cancellationToken);
        // The trainer publishes a checkpoint once it is registered: one that is on its way is looked at next time.
        foreach (var seen in waiting.Where(one => !paths.IsOnItsWay(one)))
        {
            var findings = await LookAsync(seen.RunId, seen.Path, seen.Size, seen.Sha256, requiredKeys: [], hashUpTo: long.MaxValue,
                cancellationToken);
            await TakeAsync(seen.Id, seen.SavedAt, findings, cancellationToken);
        }
    }

    /// <summary>Looks at one that is being registered; the hash of a large one is left for later.</summary>
    public Task<CheckpointFindings> LookAsync(string runId, NewCheckpoint wanted, CancellationToken cancellationToken) =>
        LookAsync(runId, wanted.Place, wanted.Size, wanted.Sha256, wanted.RequiredKeys ?? [], options.Value.HashAtOnceBytes,
            cancellationToken);

    /// <summary>Remembers what was found, unless the checkpoint was saved again since.</summary>
    public Task TakeAsync(string checkpointId, DateTimeOffset savedAt, CheckpointFindings findings, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        if (await db.Checkpoints.SingleOrDefaultAsync(one => one.Id == checkpointId, token) is { } held && held.SavedAt == savedAt)
        {
            held.Take(findings, clock.GetUtcNow());
        }
    }, cancellationToken);

    /// <summary>Looks at one.</summary>
    /// <param name="runId">Its run.</param>
    /// <param name="path">Where it is said to be.</param>
    /// <param name="size">What its size should be; unknown when null.</param>
    /// <param name="sha256">What its hash should be; unknown when null.</param>
    /// <param name="requiredKeys">What it must hold.</param>
    /// <param name="hashUpTo">Larger ones stay <see cref="CheckpointValidation.Unchecked"/> once all else is right.</param>
    /// <param name="cancellationToken">Cancels.</param>
    private async Task<CheckpointFindings> LookAsync(
        string runId, string path, long? size, string? sha256, IReadOnlyList<string> requiredKeys, long hashUpTo,
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
                problems.Add($"it has {report.Size:N0} bytes, not the {expected:N0} it was registered with");
            }
            problems.AddRange(requiredKeys.Where(key => !report.Keys.Contains(key)).Select(key => $"it lacks the key '{key}'"));
            if (problems.Count > 0)
            {
                return new(CheckpointValidation.Invalid, report, null, problems);
            }
            if (report.Size > hashUpTo)
            {
                return new(CheckpointValidation.Unchecked, report, sha256, []);
            }
            var hash = await CheckpointFile.HashAsync(full, cancellationToken);
            return sha256 is null || string.Equals(sha256, hash, StringComparison.OrdinalIgnoreCase)
                ? new(report.IsUnderstood ? CheckpointValidation.Valid : CheckpointValidation.Unknown, report, hash, [])
                : new(CheckpointValidation.Invalid, report, hash, [$"its SHA-256 is {hash}, not the {sha256} it was registered with"]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Missing();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "Can't read a checkpoint of {RunId}", runId);
            return new(CheckpointValidation.Invalid, null, null, [$"it can't be read: {exception.Message}"]);
        }
    }

    private static CheckpointFindings Missing() => new(CheckpointValidation.Missing, null, null, ["it does not exist"]);
}
