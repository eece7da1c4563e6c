using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;

namespace Trainyard.RunFormats.Json;

/// <summary>Reads a Trainyard export, with or without gzip, one element in memory at a time. Runs keep their ids.</summary>
/// <param name="path">The file.</param>
/// <param name="maxUnpackedBytes">The maximum unpacked size of a gzipped file.</param>
public sealed class JsonExportReader(string path, long maxUnpackedBytes = long.MaxValue) : RunReader
{
    private const long MaxElementBytes = 64 << 20;
    private const long MaxMicroseconds = 4_000_000_000_000_000;

    private readonly string file = Path.GetFileName(path);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SourceEvent> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RunEvent? end = null;
        var (begun, whole, lines) = (false, false, 0L);
        await foreach (var record in RecordsAsync(cancellationToken))
        {
            begun = begun || record is ExportHeader { Format: ExportHeader.FormatName, Version: ExportHeader.CurrentVersion }
                ? true
                : throw Wrong($"it has no header of an export of version {ExportHeader.CurrentVersion}");
            switch (record)
            {
                case ExportedExperiment experiment:
                    Experiments.Enqueue(Identifier.IsValid(experiment.ExperimentId)
                        ? new(experiment.ExperimentId, experiment.Name, experiment.CreatedAt)
                        {
                            Description = experiment.Description,
                            SearchSpace = experiment.SearchSpace,
                        }
                        : throw Wrong($"an experiment's id {Identifier.Rule}"));
                    break;
                case ExportedRun run:
                    if (end is not null)
                    {
                        yield return ByContent("end", end);
                    }
                    (end, lines) = (End(run), 0);
                    foreach (var item in Beginning(run))
                    {
                        yield return item;
                    }
                    break;
                case ExportedPoints points:
                    foreach (var item in Points(points))
                    {
                        yield return item;
                    }
                    break;
                case ExportedCheckpoint checkpoint:
                    yield return ByContent("checkpoints", new CheckpointSaved
                    {
                        EventId = Guid.Empty,
                        RunId = checkpoint.RunId,
                        Time = checkpoint.SavedAt,
                        Attempt = checkpoint.Attempt,
                        Path = checkpoint.Path,
                        Step = checkpoint.Step,
                        IsBest = checkpoint.IsBest,
                        Size = checkpoint.Size,
                        Sha256 = checkpoint.Sha256,
                        Measurements = checkpoint.Metrics,
                        Metadata = checkpoint.Metadata is { } metadata ? JsonElement.Parse(metadata) : null,
                    });
                    break;
                case ExportedArtifact artifact:
                    yield return ByContent("artifacts", new ArtifactSaved
                    {
                        EventId = Guid.Empty,
                        RunId = artifact.RunId,
                        Time = artifact.SavedAt,
                        Path = artifact.Path,
                        Kind = artifact.Kind,
                        Size = artifact.Size,
                        Sha256 = artifact.Sha256,
                    });
                    break;
                case ExportedMedia media:
                    yield return ByContent("media", new MediaLogged
                    {
                        EventId = Guid.Empty,
                        RunId = media.RunId,
                        Time = media.Time,
                        Attempt = media.Attempt,
                        Kind = media.Kind,
                        Name = media.Name,
                        Step = media.Step,
                        Index = media.Index,
                        Caption = media.Caption,
                        Path = media.Path,
                        Content = media.Content,
                    });
                    break;
                case ExportedLog line:
                    yield return new("log", lines++, new LogWritten
                    {
                        EventId = Guid.Empty,
                        RunId = line.RunId,
                        Time = line.Time,
                        Attempt = line.Attempt,
                        Level = line.Level,
                        Message = line.Message,
                    });
                    break;
                case ExportEnd:
                    whole = true;
                    break;
            }
        }
        if (end is not null)
        {
            yield return ByContent("end", end);
        }
        if (!whole)
        {
            throw Wrong("it is cut off before its end; everything before that is imported");
        }
    }

    private async IAsyncEnumerable<ExportRecord> RecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan);
        BytesTotal = input.Length;
        var magic = new byte[2];
        var compressed = await input.ReadAtLeastAsync(magic, 2, throwOnEndOfStream: false, cancellationToken) == 2 && magic is [0x1f, 0x8b];
        input.Position = 0;
        await using var content = compressed ? new GZipStream(input, CompressionMode.Decompress) : (Stream)input;
        await using var bounded = new AllowanceStream(file, content, MaxElementBytes, compressed ? maxUnpackedBytes : long.MaxValue);
        await using var records = JsonSerializer.DeserializeAsyncEnumerable<ExportRecord>(bounded, WireJson.Options, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(records))
        {
            BytesRead = input.Position;
            bounded.Renew();
            yield return records.Current ?? throw Wrong("an element is null");
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ExportRecord?> records)
    {
        try
        {
            return await records.MoveNextAsync();
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or NotSupportedException)
        {
            var place = exception is JsonException { Path: { } element, LineNumber: { } line }
                ? $" The fault is at {element}, line {line + 1}."
                : "";
            throw new InvalidRunFileException(
                RunFileFault.Malformed, file, $"The file is not a Trainyard export, or is damaged.{place}", exception);
        }
    }

    private IEnumerable<SourceEvent> Beginning(ExportedRun run)
    {
        if (!Identifier.IsValid(run.RunId) || (run.ExperimentId is { } experiment && !Identifier.IsValid(experiment)))
        {
            throw Wrong($"an id {Identifier.Rule}");
        }
        yield return ByContent("start", new RunStarted
        {
            EventId = Guid.Empty,
            RunId = run.RunId,
            ExperimentId = run.ExperimentId,
            Source = run.Source,
            Time = run.StartedAt ?? run.CreatedAt,
            Attempt = 1,
            Name = run.Name,
            SpectralNorm = run.SpectralNorm,
            Hyperparams = run.Params is { } config ? JsonElement.Parse(config) : null,
            Tags = run.Tags,
            Notes = run.Notes,
        });
        foreach (var attempt in run.Attempts.Where(attempt => attempt.Number > 1))
        {
            yield return new("attempts", attempt.Number, new RunResumed
            {
                EventId = Guid.Empty,
                RunId = run.RunId,
                Time = attempt.StartedAt,
                Attempt = attempt.Number,
                // An attempt that never logged replaced nothing: it starts after all steps.
                FromStep = attempt.FromStep ?? WholeNumber.Max,
            });
        }
        if (run.TotalSteps is not null)
        {
            yield return ByContent("progress",
                new RunHeartbeat { EventId = Guid.Empty, RunId = run.RunId, Time = run.CreatedAt, TotalSteps = run.TotalSteps });
        }
    }

    private static RunStopped End(ExportedRun run)
    {
        var over = run.Status is not (RunStatus.Queued or RunStatus.Running);
        return new()
        {
            EventId = Guid.Empty,
            RunId = run.RunId,
            Time = run.EndedAt ?? run.CreatedAt,
            Status = over ? run.Status : RunStatus.Interrupted,
            Message = over ? run.Message : "it had not ended when it was exported",
            ErrorKind = run.ErrorKind,
            ErrorCode = run.ErrorCode,
            Epochs = run.Epochs,
            DurationMs = run.DurationMs,
            MlflowRunId = run.MlflowRunId,
            Measurements = run.FinalMetrics,
            MeasurementsAreLogged = true,
        };
    }

    private IEnumerable<SourceEvent> Points(ExportedPoints points)
    {
        var count = points.Steps.Count;
        if (points.Seqs.Count != count || points.Attempts.Count != count || points.Times.Count != count || points.Values.Count != count)
        {
            throw Wrong($"lists of points of '{points.Series}' have different lengths");
        }
        for (var index = 0; index < count; index++)
        {
            if (points.Seqs[index] < 0 || Math.Abs(points.Times[index]) > MaxMicroseconds)
            {
                throw Wrong($"a point of '{points.Series}' has an invalid position or time");
            }
            yield return new($"series:{points.Series}", points.Seqs[index], new MetricsLogged
            {
                EventId = Guid.Empty,
                RunId = points.RunId,
                Time = DateTimeOffset.UnixEpoch.AddTicks(points.Times[index] * TimeSpan.TicksPerMicrosecond),
                Attempt = points.Attempts[index],
                Step = points.Steps[index],
                Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [points.Series] = points.Values[index] },
            });
        }
    }

    private SourceEvent ByContent(string part, RunEvent runEvent)
    {
        try
        {
            return SourceEvent.ByContent(part, runEvent);
        }
        catch (JsonException fault)
        {
            throw Wrong($"the JSON of run '{runEvent.RunId}' has half a surrogate pair", fault);
        }
    }

    private InvalidRunFileException Wrong(string what, Exception? cause = null) =>
        new(RunFileFault.Malformed, file, $"The export can't be read: {what}.", cause);
}
