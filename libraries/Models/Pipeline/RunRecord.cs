using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Trainyard.Models.Compute;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;

namespace Trainyard.Models.Pipeline;

/// <summary>What an attempt leaves in the run's folder beside checkpoints: files, log lines, samples and the manifest.</summary>
internal sealed class RunRecord : IDisposable
{
    private readonly TrainingRunInputs inputs;
    private readonly Action<TrainingEvent> report;
    private readonly TimeProvider time;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, double> durations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, StoredFile> artifacts = new(StringComparer.Ordinal);
    private readonly JsonLines log;
    private JsonLines? samples;
    private RunManifest manifest;

    /// <summary>Opens the run's folder and sets its manifest to running.</summary>
    /// <exception cref="AttemptOverException">A later attempt has begun.</exception>
    public RunRecord(
        TrainingPlan plan, TrainingRunInputs inputs, TorchRuntime.Settings settings, Action<TrainingEvent> report, TimeProvider time)
    {
        this.inputs = inputs;
        this.report = report;
        this.time = time;
        Attempt = AttemptFolder.Open(inputs.Folder, inputs.Attempt);
        log = Attempt.Append(RunFolder.LogsName);
        manifest = new()
        {
            RunId = inputs.RunId,
            Attempt = inputs.Attempt,
            Status = "running",
            Config = inputs.Config,
            Plan = plan,
            Seed = plan.Seed,
            Versions = Provenance.Versions,
            Plugin = inputs.Plugin,
            GitCommit = Provenance.GitCommit(Environment.CurrentDirectory),
            Machine = Provenance.Machine(plan.ThreadCount, settings),
            StartedAt = time.GetUtcNow(),
            Durations = durations,
        };
        ShowManifest();
    }

    /// <summary>The folder in which the attempt writes.</summary>
    public AttemptFolder Attempt { get; }

    /// <summary>Time since the attempt began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started);

    /// <summary>Reports an event, and publishes the checkpoint it names unless that happens later.</summary>
    public void Report(TrainingEvent happened)
    {
        report(happened);
        if (happened is CheckpointWritten { Path: var path })
        {
            ShowUnlessLater(path);
        }
    }

    /// <summary>Writes a line to the run's log and reports it.</summary>
    public void Log(string level, string message)
    {
        log.Add(new LogLine(time.GetUtcNow(), level, inputs.RunId, inputs.Attempt, message));
        report(new Logged(level, message));
    }

    /// <summary>Adds a generated text to the run's samples.</summary>
    public void AddSample(long step, string evaluationId, string prompt, long seed, string text)
    {
        samples ??= Attempt.Append(RunFolder.EvalSamplesName);
        samples.Add(new SampleLine(time.GetUtcNow(), inputs.Attempt, step, evaluationId, prompt, seed, text));
    }

    /// <summary>Writes an evaluation's measurements to its file and the manifest.</summary>
    public void Keep(EvaluationMetrics metrics)
    {
        Keep(RunFolder.EvalMetricsName, "eval", JsonSerializer.SerializeToUtf8Bytes(metrics, ModelJson.Indented));
        manifest = manifest with { Evaluation = metrics };
    }

    /// <summary>The id of this attempt's evaluation after a step.</summary>
    public string EvaluationId(long step) => string.Create(CultureInfo.InvariantCulture, $"train-{inputs.Attempt}-{step}");

    /// <summary>Adds to the time spent on a part of the attempt.</summary>
    public void Spend(string what, TimeSpan duration) => durations[what] = durations.GetValueOrDefault(what) + duration.TotalSeconds;

    /// <summary>Counts a checkpoint, and the time for which training waited for it.</summary>
    public void SpendOnCheckpoint(TimeSpan blocked)
    {
        Spend("checkpoint_seconds", blocked);
        manifest = manifest with { Checkpoints = manifest.Checkpoints + 1 };
    }

    public void Keep(string name, string kind, ReadOnlyMemory<byte> content) => Keep(name, kind, output => output.Write(content.Span));

    public void Keep(string name, string kind, Action<Stream> write) => Keep(Attempt.Write(name, write), kind);

    /// <summary>Lists a written file as an artifact, reports it, and publishes it unless that happens later.</summary>
    public void Keep(StoredFile file, string kind)
    {
        artifacts[file.Name] = file;
        report(new ArtifactWritten(file.Name, kind, file.Size, file.Sha256));
        ShowUnlessLater(file.Name);
    }

    /// <summary>Changes the manifest and publishes it.</summary>
    public void Describe(Func<RunManifest, RunManifest> change)
    {
        manifest = change(manifest);
        ShowManifest();
    }

    /// <summary>Completes the manifest, and ends the attempt unless files are published later.</summary>
    public void End(Func<RunManifest, RunManifest> change)
    {
        Spend("total_seconds", Elapsed);
        manifest = change(manifest) with { EndedAt = time.GetUtcNow(), Artifacts = [.. artifacts.Values] };
        if (!inputs.PublishLater)
        {
            Close();
        }
    }

    /// <summary>
    /// Ends the attempt with a failure. It is reported even if log and manifest can't be written, as on a full or lost disk.
    /// </summary>
    public void Fail(TrainingException failure)
    {
        report(new Logged("error", failure.Message));
        IfPossible(() =>
        {
            Attempt.FreeReserve();
            log.Add(new LogLine(time.GetUtcNow(), "error", inputs.RunId, inputs.Attempt, failure.Message)
            {
                FailureKind = failure.Kind,
                ErrorCode = failure.Code,
            });
        });
        End(manifest => manifest with
        {
            Status = "failed",
            FailureKind = failure.Kind,
            ErrorCode = failure.Code,
            LastError = failure.Message,
        });
    }

    /// <summary>Publishes the manifest and ends the attempt. After a failure, a manifest that can't be written is only reported.</summary>
    public void Close(long droppedEvents = 0)
    {
        manifest = droppedEvents == 0 ? manifest : manifest with { DroppedEvents = droppedEvents };
        if (manifest.FailureKind is null)
        {
            Finish();
        }
        else
        {
            IfPossible(Finish);
        }
    }

    public void Dispose()
    {
        log.Dispose();
        samples?.Dispose();
    }

    private void Finish()
    {
        ShowManifest();
        Attempt.Close();
    }

    private void IfPossible(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            report(new Logged("warning", $"The failure is not in the run's files: {exception.Message}"));
        }
    }

    private void ShowUnlessLater(string name)
    {
        if (!inputs.PublishLater)
        {
            Attempt.Publish(name);
        }
    }

    private void ShowManifest()
    {
        Attempt.Write(RunFolder.ManifestName, manifest.Write);
        Attempt.Publish(RunFolder.ManifestName);
    }
}
