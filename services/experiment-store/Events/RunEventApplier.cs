using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Events.Logs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>What the events of one transaction change in one run.</summary>
internal sealed class RunEventApplier
{
    private const int MaxLogCharacters = 16_384;
    public const int MaxPathCharacters = 1024;
    private const int MaxAttempts = 10_000;

    // A run that posts a hundred times a second is as alive when its row is written once.
    private static readonly TimeSpan HeartbeatResolution = TimeSpan.FromSeconds(1);

    private readonly StoreContext db;
    private readonly RunOptions options;
    private readonly DateTimeOffset now;
    private readonly List<RunTag> tags;
    private readonly List<Checkpoint> checkpoints;
    private readonly List<Artifact> artifacts;

    public RunEventApplier(
        StoreContext db, RunOptions options, DateTimeOffset now, Run run,
        List<RunAttempt> attempts, List<RunTag> tags, List<Checkpoint> checkpoints, List<Artifact> artifacts)
    {
        (this.db, this.options, this.now, Run) = (db, options, now, run);
        (Attempts, this.tags, this.checkpoints, this.artifacts) = (attempts, tags, checkpoints, artifacts);
    }

    public Run Run { get; }

    public List<RunAttempt> Attempts { get; }

    /// <summary>Values to be stored as points, in order.</summary>
    public List<LoggedValues> Values { get; } = [];

    /// <summary>Events that did not count.</summary>
    public List<UncountedEvent> Uncounted { get; } = [];

    /// <summary>The lowest step from which points stored earlier were replaced in this transaction.</summary>
    public long? ReplacedFrom { get; private set; }

    /// <summary>The values to be stored, once every event has been applied.</summary>
    public RunPoints Points() => new(Run, Attempts, Values, ReplacedFrom);

    public void Apply(SentEvent sent)
    {
        // One that was deleted keeps what it reports, in case it is restored.
        if (Run.Removing)
        {
            return;
        }
        if (Speaking.Refuse(Run, sent) is { } why)
        {
            Uncounted.Add(new(sent, why));
        }
        else if (Speaking.IsItsOwn(Run, sent))
        {
            Hear(sent.Event);
        }
        else
        {
            HearAside(sent.Event);
        }
    }

    /// <summary>Writes to the run's log what did not count, at most once a minute.</summary>
    public void WarnOfUncounted()
    {
        if (Uncounted.Count == 0 || now - Run.WarnedAt < PointWriter.BetweenWarnings)
        {
            return;
        }
        Run.WarnedAt = now;
        foreach (var (why, count) in Uncounted.CountBy(one => one.Why))
        {
            Write("warning", why switch
            {
                Events.Uncounted.Outside => $"{count} events from outside were dropped: Trainyard trains this run, "
                    + "and only its trainer may report its life and its own series.",
                _ => $"{count} events of an attempt that is over were dropped.",
            }, now, Run.Attempt);
        }
    }

    /// <summary>Stores what others add to a run of our trainer. Its life does not change.</summary>
    private void HearAside(RunEvent one)
    {
        switch (one)
        {
            case MetricsLogged metrics:
                Keep(metrics.Measurements, metrics.Step, one);
                break;
            case SystemSampled sample:
                Keep(Machine(sample), step: null, one);
                break;
            case LogWritten line:
                Write(line.Level, line.Message, one.Time, AttemptOf(one));
                break;
            case ArtifactSaved saved:
                Save(saved.Path, saved.Kind, saved.Size, saved.Sha256, one.Time);
                break;
        }
    }

    private void Hear(RunEvent one)
    {
        var current = one.Attempt is null || one.Attempt >= Run.Attempt;
        if (current && !(now - Run.LastHeartbeat < HeartbeatResolution))
        {
            Run.LastHeartbeat = now;
        }
        Run.Source ??= StorableText.CleanOrNull(one.Source, 256);
        Run.ExperimentId ??= one.ExperimentId;
        if (one is RunStarted begun && BeginsAgain(begun))
        {
            BeginAgain(begun);
        }
        else if (current && one is not (RunStopped or RunResumed)
            && Run is { Kind: RunKind.External, Status: RunStatus.Interrupted, Silent: true })
        {
            Run.Message = null;
            Run.TryMove(db, RunStatus.Running, now);
        }
        // A start describes the run whichever attempt it is of; what is late of other kinds may say what is so no more.
        if (one.DescribesRun && (current || one is RunStarted))
        {
            Describe(one);
        }
        switch (one)
        {
            case RunStarted start:
                Start(start, current);
                break;
            case MetricsLogged metrics:
                Log(metrics.Measurements, metrics.Step, one);
                break;
            case SystemSampled sample:
                Log(Machine(sample), step: null, one);
                db.Outgoing.Add(new SystemUpdate(Run.Id, InstanceId: null, sample.Measurements));
                break;
            case RunHeartbeat beat when current:
                Beat(beat);
                break;
            case LogWritten line:
                Write(line.Level, line.Message, one.Time, AttemptOf(one));
                break;
            case CheckpointSaved saved:
                Save(saved);
                break;
            case ArtifactSaved saved:
                Save(saved.Path, saved.Kind, saved.Size, saved.Sha256, one.Time);
                break;
            case RunResumed resumed:
                Resume(resumed);
                break;
            case RunStopped stop:
                Stop(stop, current);
                break;
        }
    }

    /// <summary>Adds a line to the run's log.</summary>
    public void Write(string level, string message, DateTimeOffset time, int attempt)
    {
        var line = new LogLine
        {
            RunId = Run.Id,
            Attempt = attempt,
            Time = time.ToUniversalTime(),
            Level = level is "debug" or "info" or "warning" or "error" ? level : "info",
            Message = StorableText.Clean(message, MaxLogCharacters),
        };
        db.Logs.Add(line);
        db.Outgoing.Add(new LogUpdate(Run.Id, line.Level, line.Message, line.Time));
    }

    private static Dictionary<string, double> Machine(SystemSampled sample) =>
        sample.Measurements.ToDictionary(pair => $"system/{pair.Key}", pair => pair.Value, StringComparer.Ordinal);

    private void Start(RunStarted start, bool current)
    {
        // A run of our trainer has its name from its config, or from whoever has renamed it since.
        Run.Name = start.Name is { Length: > 0 } name && Run.Kind is RunKind.External ? StorableText.Clean(name, 256) : Run.Name;
        Run.ExperimentId = start.ExperimentId ?? Run.ExperimentId;
        Run.Notes = StorableText.CleanOrNull(start.Notes, 65_536) ?? Run.Notes;
        Run.UpdatedAt = now;
        if (current && Run.Status is RunStatus.Queued)
        {
            Run.TryMove(db, RunStatus.Running, now);
        }
        if (Run.StartedAt is null || start.Time < Run.StartedAt)
        {
            Run.StartedAt = start.Time.ToUniversalTime();
            Attempts[0].StartedAt = start.Time.ToUniversalTime();
        }
    }

    /// <summary>What any event may say of its run beside what it reports.</summary>
    private void Describe(RunEvent one)
    {
        Run.SpectralNorm = one.SpectralNorm ?? Run.SpectralNorm;
        Run.MlflowRunId = StorableText.CleanOrNull(one.MlflowRunId, 256) ?? Run.MlflowRunId;
        Run.UpdatedAt = now;
        if (one.Hyperparams is { } hyperparams && Run.Kind is RunKind.External)
        {
            Run.Config = hyperparams.GetRawText();
        }
        foreach (var (tag, value) in (one.Tags ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Where(pair => pair.Key.Length > 0))
        {
            Tag(StorableText.Clean(tag, TagLimits.MaxName), StorableText.Clean(value, TagLimits.MaxValue));
        }
    }

    /// <summary>
    /// Whether an outside run that was over starts once more. A start from before the end that only arrives behind it describes
    /// the run and does not reopen it. Databases keep microseconds.
    /// </summary>
    private bool BeginsAgain(RunStarted start)
    {
        var over = Run.Status is RunStatus.Interrupted ? Run.UpdatedAt : RunLife.IsOver(Run.Status) ? Run.EndedAt : null;
        return Run.Kind is RunKind.External && over is { } end && UnixTime.ToMicroseconds(start.Time) > UnixTime.ToMicroseconds(end)
            && (start.Attempt is null || start.Attempt > Run.Attempt) && Attempts.Count < MaxAttempts;
    }

    /// <summary>Opens an attempt, which takes over from its first step on.</summary>
    private void BeginAgain(RunStarted start)
    {
        Attempts.Add(Run.OpenAttempt(db, start.Time < now ? start.Time.ToUniversalTime() : now));
        (Run.Step, Run.Epochs, Run.DurationMs, Run.Message, Run.ErrorKind, Run.FinalMetrics) = (null, null, null, null, null, null);
        Run.TryMove(db, RunStatus.Running, now, newAttempt: true);
    }

    private void Tag(string name, string value)
    {
        if (tags.Find(tag => tag.Name == name) is { } known)
        {
            known.Value = value;
        }
        else if (tags.Count < TagLimits.MaxCount)
        {
            var tag = new RunTag { RunId = Run.Id, Name = name, Value = value };
            tags.Add(tag);
            db.Tags.Add(tag);
        }
    }

    private void Log(IReadOnlyDictionary<string, double> measurements, long? step, RunEvent one)
    {
        if (Run is { Kind: RunKind.External, Status: RunStatus.Queued })
        {
            Run.TryMove(db, RunStatus.Running, now);
        }
        var attempt = AttemptOf(one);
        // An attempt that never said where it goes on from begins at its first step.
        if (attempt > 1 && (step ?? (one is MetricsLogged ? 0 : null)) is { } first
            && Attempts.Find(known => known.Number == attempt) is { FromStep: null } silent)
        {
            TakeOver(silent, first);
        }
        if (step is { } at && attempt == Run.Attempt && (Run.Step is null || at > Run.Step))
        {
            Run.Step = at;
        }
        Keep(measurements, step, one);
    }

    private void Keep(IReadOnlyDictionary<string, double> measurements, long? step, RunEvent one)
    {
        Run.HasSortKeys = false;
        Values.Add(new(AttemptOf(one), step, UnixTime.ToMicroseconds(one.Time), measurements, db.Outgoing.Count,
            Final: one is RunStopped));
    }

    private void Beat(RunHeartbeat beat)
    {
        if (Run is { Kind: RunKind.External, Status: RunStatus.Queued })
        {
            Run.TryMove(db, RunStatus.Running, now);
        }
        Run.ExpectNextIn = beat.ExpectNextIn is > 0 and < 31_536_000 ? beat.ExpectNextIn : Run.ExpectNextIn;
        Run.Step = beat.Step ?? Run.Step;
        Run.TotalSteps = beat.TotalSteps ?? Run.TotalSteps;
        Run.EtaSeconds = beat.EtaSeconds is { } eta && double.IsFinite(eta) ? eta : Run.EtaSeconds;
        Run.Message = StorableText.CleanOrNull(beat.Message, 1024) ?? Run.Message;
    }

    private void Save(CheckpointSaved saved)
    {
        var path = StorableText.Clean(saved.Path, MaxPathCharacters);
        if (checkpoints.Find(known => known.Path == path) is not { } checkpoint)
        {
            checkpoint = new Checkpoint { Id = Identifier.Create("ckpt"), RunId = Run.Id, Path = path };
            checkpoints.Add(checkpoint);
            db.Checkpoints.Add(checkpoint);
        }
        if (saved.IsBest)
        {
            checkpoints.ForEach(other => other.IsBest = false);
        }
        var metrics = saved.Measurements ?? new Dictionary<string, double>(StringComparer.Ordinal);
        checkpoint.Attempt = AttemptOf(saved);
        checkpoint.Step = saved.Step;
        checkpoint.IsBest = saved.IsBest;
        checkpoint.Size = saved.Size;
        checkpoint.Metrics = JsonSerializer.Serialize(metrics, WireJson.Options);
        checkpoint.Metadata = saved.Metadata?.GetRawText();
        checkpoint.SavedAt = saved.Time.ToUniversalTime();
        (checkpoint.Validation, checkpoint.Sha256) = (CheckpointValidation.Unchecked, null);
        db.Outgoing.Add(new CheckpointUpdate(Run.Id, checkpoint.Id, checkpoint.Step, checkpoint.IsBest, metrics));
    }

    private void Save(string path, string? kind, long? size, string? sha256, DateTimeOffset time)
    {
        path = StorableText.Clean(path, MaxPathCharacters);
        if (artifacts.Find(known => known.Path == path) is not { } artifact)
        {
            artifact = new Artifact { RunId = Run.Id, Path = path };
            artifacts.Add(artifact);
            db.Artifacts.Add(artifact);
        }
        artifact.Kind = StorableText.CleanOrNull(kind, 64) ?? artifact.Kind;
        artifact.Size = size ?? artifact.Size;
        artifact.Sha256 = StorableText.CleanOrNull(sha256, 128) ?? artifact.Sha256;
        artifact.SavedAt = time.ToUniversalTime();
    }

    private void Resume(RunResumed resumed)
    {
        var attempt = Attempts.Find(known => known.Number == (resumed.Attempt ?? Run.Attempt + 1));
        if (attempt is null && Attempts.Count < MaxAttempts)
        {
            attempt = Run.OpenAttempt(db, resumed.Time < now ? resumed.Time.ToUniversalTime() : now);
            Attempts.Add(attempt);
        }
        if (attempt is null or { FromStep: not null })
        {
            return;
        }
        TakeOver(attempt, resumed.FromStep);
        if (Run.Kind is RunKind.External && attempt.Number == Run.Attempt)
        {
            Run.Message = null;
            Run.TryMove(db, RunStatus.Running, now, newAttempt: true);
        }
    }

    private void TakeOver(RunAttempt attempt, long fromStep)
    {
        attempt.FromStep = fromStep;
        if (attempt.Number == Run.Attempt)
        {
            Run.Step = null;
        }
        foreach (var earlier in Attempts.Where(other => other.Number < attempt.Number && other.UntilStep > fromStep))
        {
            earlier.UntilStep = fromStep;
            ReplacedFrom = Math.Min(ReplacedFrom ?? fromStep, fromStep);
            Run.HasSortKeys = false;
        }
    }

    private void Stop(RunStopped stop, bool current)
    {
        if (stop.Measurements is { Count: > 0 } final)
        {
            Log(final, stop.Step, stop);
        }
        if (stop.ModelPath is { Length: > 0 } model)
        {
            Save(model, "model", size: null, sha256: null, stop.Time);
        }
        if (!current || RunLife.IsOver(Run.Status))
        {
            return;
        }
        Run.FinalMetrics = stop.Measurements is { Count: > 0 } fixedAtEnd ? JsonSerializer.Serialize(fixedAtEnd, WireJson.Options)
            : Run.FinalMetrics;
        Run.Epochs = stop.Epochs ?? Run.Epochs;
        Run.DurationMs = stop.DurationMs is { } duration && double.IsFinite(duration) ? duration : Run.DurationMs;
        Run.ErrorKind = StorableText.CleanOrNull(stop.ErrorKind, 64);
        Run.Message = StorableText.CleanOrNull(stop.Message, 4096);
        Run.End(db, stop.Status, options, now);
        if (RunLife.IsOver(Run.Status) && stop.Time < now)
        {
            Run.EndedAt = stop.Time.ToUniversalTime();
        }
        Attempts.AddRange(db.Attempts.Local.Where(attempt => attempt.RunId == Run.Id && !Attempts.Contains(attempt)));
    }

    private int AttemptOf(RunEvent one) => one.Attempt is { } attempt && attempt >= 1 && attempt <= Run.Attempt ? attempt : Run.Attempt;
}
