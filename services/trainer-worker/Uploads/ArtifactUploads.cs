using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Trainyard.Artifacts;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Events;

namespace Trainyard.TrainerWorker.Uploads;

/// <summary>
/// Uploads the files of ended runs to the bucket or container of <c>ARTIFACTS__STORE</c>. Scans for such runs periodically, so that a crash
/// or an outage only delays an upload. Skips files that are already there with the same size and hash.
/// </summary>
internal sealed class ArtifactUploads(
    RemoteArtifacts remote,
    AppPaths paths,
    RunAnnouncers announcers,
    IOptions<ArtifactOptions> settings,
    TimeProvider time,
    ILogger<ArtifactUploads> logger)
    : BackgroundService
{
    private const string Models = "models";
    private const int AlreadyStored = 200;
    private const int NoAnswer = 0;
    private static readonly string[] Over = ["completed", "failed", "cancelled"];
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    private readonly LocalArtifacts local = new(paths.ArtifactsRoot);
    private readonly Dictionary<string, (long At, TimeSpan Pause)> failed = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (remote.Store is not { } store)
        {
            return;
        }

        var every = settings.Value.UploadEvery;
        using var timer = new PeriodicTimer(every, time);
        do
        {
            foreach (var runId in Candidates())
            {
                await TryUploadAsync(store, runId, every, stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The run folders to check now. Only the folder's name identifies the run; file contents are not trusted.</summary>
    private List<string> Candidates()
    {
        try
        {
            return [.. new DirectoryInfo(Path.Combine(paths.ArtifactsRoot, Models)).EnumerateDirectories()
                .Select(folder => folder.Name)
                .Where(name => Identifier.IsValid(name))
                .Where(runId => !failed.TryGetValue(runId, out var last) || time.GetElapsedTime(last.At) >= last.Pause)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "Run folders can't be listed; uploads are delayed");
            return [];
        }
    }

    /// <summary>Uploads a run if it has ended. A failure delays only this run.</summary>
    private async Task TryUploadAsync(IArtifactStore store, string runId, TimeSpan every, CancellationToken cancellationToken)
    {
        RunAnnouncer? announcer = null;
        try
        {
            if (Ended(runId) is not { } manifest)
            {
                return;
            }

            announcer = announcers.For(
                new RunClaimed(runId, manifest.Attempt, ConfigOf(manifest), Resume: false, FromStep: null, StartFromPath: null));
            var files = local.List($"{Models}/{runId}").ToList();
            var status = AlreadyStored;
            foreach (var file in files)
            {
                status = await UploadAsync(store, $"{Models}/{runId}/{file.Path}", cancellationToken) ?? status;
            }
            MarkUploaded(runId, manifest);
            failed.Remove(runId);
            announcer.Uploaded(status, Size(files, "model.safetensors"), Size(files, "manifest.json"));
            logger.LogInformation("Uploaded {Files} files of {RunId}", files.Count, runId);
            if (settings.Value.PruneLocal && Prune(runId) is > 0 and var deleted)
            {
                announcer.Pruned(deleted);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var pause = failed.TryGetValue(runId, out var last) ? Min(last.Pause * 2, MaxPause) : every;
            failed[runId] = (time.GetTimestamp(), pause);
            announcer?.Uploaded((exception as ArtifactStoreException)?.HttpStatus ?? NoAnswer, null, null);
            logger.LogWarning(exception, "Could not upload {RunId}; retrying in {Pause}", runId, pause);
        }
    }

    /// <summary>The manifest of a run that has ended and is not uploaded yet; null for other runs.</summary>
    private RunManifest? Ended(string runId)
    {
        var manifest = RunManifest.Read(new RunFolder(paths.Model(runId)).Manifest);
        if (manifest is null || !Over.Contains(manifest.Status, StringComparer.Ordinal) || IsUploaded(runId, manifest))
        {
            return null;
        }
        return manifest.RunId == runId
            ? manifest
            : throw new InvalidDataException($"The manifest in the folder of {runId} belongs to another run.");
    }

    /// <returns>The HTTP status of the upload; null if there is nothing to upload.</returns>
    private async Task<int?> UploadAsync(IArtifactStore store, string path, CancellationToken cancellationToken)
    {
        await using var content = local.Open(path);
        if (content is null)
        {
            return null;
        }

        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        if (IsSame(await store.FindAsync(path, cancellationToken)))
        {
            return null;
        }

        content.Position = 0;
        var status = await store.WriteAsync(path, content, sha256, cancellationToken);
        if (!IsSame(await store.FindAsync(path, cancellationToken)))
        {
            throw new IOException($"'{path}' has a different size or hash after the upload.");
        }
        return status;

        bool IsSame(StoredArtifact? there) => there is not null && there.Size == content.Length && there.Sha256 == sha256;
    }

    /// <summary>Deletes all local checkpoints except the newest, from which the run can be resumed.</summary>
    private int Prune(string runId)
    {
        var checkpoints = new DirectoryInfo(new RunFolder(paths.Model(runId)).Checkpoints);
        var old = checkpoints.Exists
            ? checkpoints.EnumerateDirectories()
                .Where(folder => long.TryParse(folder.Name, CultureInfo.InvariantCulture, out _))
                .OrderByDescending(folder => long.Parse(folder.Name, CultureInfo.InvariantCulture))
                .Skip(1)
                .ToList()
            : [];
        old.ForEach(folder => folder.Delete(recursive: true));
        return old.Count;
    }

    private bool IsUploaded(string runId, RunManifest manifest) =>
        File.Exists(Marker(runId)) && File.ReadAllText(Marker(runId)) == Version(manifest);

    private void MarkUploaded(string runId, RunManifest manifest)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Marker(runId)) ?? "");
        File.WriteAllText(Marker(runId), Version(manifest));
    }

    // Stored outside the artifacts. A run that resumes and ends again has another version, and is uploaded again.
    private string Marker(string runId) => Path.Combine(paths.DataRoot, "uploaded", runId);

    private static string Version(RunManifest manifest) => $"{manifest.Attempt} {manifest.EndedAt:O}";

    private static TrainingConfig ConfigOf(RunManifest manifest) =>
        manifest.Config?.Deserialize<TrainingConfig>(WireJson.Options)
        ?? throw new InvalidDataException($"The manifest of {manifest.RunId} has no config.");

    private static long? Size(List<StoredArtifact> files, string name) => files.Find(file => file.Path == name)?.Size;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
