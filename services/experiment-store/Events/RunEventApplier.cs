using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Events.Announcements;
using Trainyard.ExperimentStore.Events.Logs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Media;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Applies the events of one transaction to one run.</summary>
internal sealed class RunEventApplier
{
    private const int MaxLogCharacters = 16_384;
    private const int MaxAttempts = 10_000;

    // Limits heartbeat writes for runs that send many events per second.
    private static readonly TimeSpan HeartbeatResolution = TimeSpan.FromSeconds(1);

    private readonly StoreContext db;
    private readonly RunOptions options;
    private readonly DateTimeOffset now;
    private readonly List<RunTag> tags;
    private readonly SavedFiles files;

    // In order, each with its attempt.
    private readonly List<MediaLogged> media = [];

    /// <summary>The last end that this transaction applied, and the request it came with.</summary>
    private (DateTimeOffset At, ArrivedRequest? From)? ended;

    public RunEventApplier(
        StoreContext db, RunOptions options, DateTimeOffset now, Run run,
        List<RunAttempt> attempts, List<RunTag> tags, SavedFiles files)
    {
        (this.db, this.options, this.now, Run) = (db, options, now, run);
        (Attempts, this.tags, this.files) = (attempts, tags, files);
    }

    public Run Run { get; }

    public List<RunAttempt> Attempts { get; }

    /// <summary>Values to store as points, in order.</summary>
    public List<LoggedValues> Values { get; } = [];

    /// <summary>The events to tell others of. Kept apart from the announcements, whose order decides which values are merged.</summary>
    public List<RunReported> Reports { get; } = [];

    /// <summary>Events that were dropped, in whole or in part.</summary>
    public List<RefusedEvent> Refused { get; } = [];

    /// <summary>The lowest step from which this transaction supersedes stored points.</summary>
    public long? ReplacedFrom { get; private set; }

    /// <summary>The values to store. Call it after all events have been applied.</summary>
    public RunPoints Points() => new(Run, Attempts, Values, ReplacedFrom);

    /// <summary>The media to store. Call it after all events have been applied.</summary>
    public RunMedia Media() => new(Run, Attempts, media);

    public void Apply(SentEvent sent)
    {
        // A deleted run still stores its events, in case it is restored.
        if (Run.Removing)
        {
            return;
        }
        if (SenderRules.Refuse(Run, sent) is { } why)
        {
            Refused.Add(new(sent, why));
            if (why is Refusal.Outside && SenderRules.OwnSeries(sent.Event) is { } addition)
            {
                ApplyAddition(addition);
            }
        }
        else if (SenderRules.ControlsLife(Run, sent))
        {
            ApplyOwn(sent.Event, sent.From);
        }
        else
        {
            ApplyAddition(sent.Event);
        }
    }

    /// <summary>Reports dropped events in the run's log, at most once a minute.</summary>
    public void WarnOfRefused()
    {
        if (Refused.Count == 0 || now - Run.WarnedAt < PointWriter.WarningInterval)
        {
            return;
        }
        Run.WarnedAt = now;
        foreach (var why in Refused.Select(refused => refused.Why).Distinct())
        {
            Write("warning", why switch
            {
                Refusal.Outside => "Events of external senders were dropped in whole or in part: Trainyard trains this run, "
                    + "so only its trainer may report its status and the trainer's series.",
                _ => "Events of an earlier attempt were dropped.",
            }, now, Run.Attempt);
        }
    }

    /// <summary>Applies an event that another sender adds to a run of Trainyard's trainer. It can't change the status.</summary>
    private void ApplyAddition(RunEvent reported)
    {
        switch (reported)
        {
            case MetricsLogged metrics:
                Keep(metrics.Measurements, metrics.Step, reported);
                break;
            case SystemSampled sample:
                Keep(Machine(sample), step: null, reported);
                break;
            case MediaLogged logged:
                media.Add(logged with { Attempt = AttemptOf(logged) });
                break;
            case LogWritten line:
                Write(line.Level, line.Message, reported.Time, AttemptOf(reported));
                break;
            case ArtifactSaved saved:
                files.Save(saved.Path, saved.Kind, saved.Size, saved.Sha256, reported.Time);
                break;
        }
    }

    private void ApplyOwn(RunEvent reported, ArrivedRequest? from)
    {
        var current = reported.Attempt is null || reported.Attempt >= Run.Attempt;
        // A heartbeat in the future is of a clock that was ahead.
        if (current && !((now - Run.LastHeartbeat)?.Duration() < HeartbeatResolution))
        {
            Run.LastHeartbeat = now;
        }
        Run.Source ??= StorableText.CleanOrNull(reported.Source, 256);
        Run.ExperimentId ??= reported.ExperimentId;
        if (reported is RunStarted begun && Restarts(begun, from))
        {
            Restart(begun);
        }
        else if (current && reported is not (RunStopped or RunResumed)
            && Run is { Kind: RunKind.External, Status: RunStatus.Interrupted, Silent: true })
        {
            Run.Message = null;
            Run.TryMove(db, RunStatus.Running, now);
        }
        // A start describes the run even if it is of an earlier attempt. Other late events may be outdated.
        if (reported.DescribesRun && (current || reported is RunStarted))
        {
            RunDescription.Apply(db, Run, tags, reported, now);
        }
        if (current && !RunLife.IsOver(Run.Status) && (Run.Kind is RunKind.External || reported is RunStopped))
        {
            Reports.Add(new(Run, reported));
        }
        switch (reported)
        {
            case RunStarted start:
                Start(start, current);
                break;
            case MetricsLogged metrics:
                Log(metrics.Measurements, metrics.Step, reported);
                break;
            case SystemSampled sample:
                Log(Machine(sample), step: null, reported);
                db.Outgoing.Add(new SystemUpdate(Run.Id, InstanceId: null, sample.Measurements));
                break;
            case MediaLogged logged:
                Advance(logged.Step, logged);
                media.Add(logged with { Attempt = AttemptOf(logged) });
                break;
            case RunHeartbeat beat when current:
                Beat(beat);
                break;
            case LogWritten line:
                Write(line.Level, line.Message, reported.Time, AttemptOf(reported));
                break;
            case CheckpointSaved saved:
                files.Save(saved, AttemptOf(saved));
                break;
            case ArtifactSaved saved:
                files.Save(saved.Path, saved.Kind, saved.Size, saved.Sha256, reported.Time);
                break;
            case RunResumed resumed:
                Resume(resumed);
                break;
            case RunStopped stop:
                Stop(stop, current);
                ended = (stop.Time, from);
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
        // A run of Trainyard's trainer is named by its config or by a user.
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

    /// <summary>
    /// True if a finished external run starts again. A late start from before the end doesn't reopen the run. Compares microseconds, the
    /// resolution of the database. Events of one request may have the same time; their order then decides.
    /// </summary>
    private bool Restarts(RunStarted start, ArrivedRequest? from)
    {
        var over = Run.Status is RunStatus.Interrupted ? Run.UpdatedAt : RunLife.IsOver(Run.Status) ? Run.EndedAt : null;
        if (Run.Kind is not RunKind.External || over is not { } end || start.Attempt <= Run.Attempt || Attempts.Count >= MaxAttempts)
        {
            return false;
        }
        var followsEnd = ended is { } last && from is not null && ReferenceEquals(last.From, from) && start.Time >= last.At;
        return followsEnd || UnixTime.ToMicroseconds(start.Time) > UnixTime.ToMicroseconds(end);
    }

    /// <summary>Opens a new attempt, which supersedes earlier ones from its first step.</summary>
    private void Restart(RunStarted start)
    {
        Attempts.Add(Run.OpenAttempt(db, start.Time < now ? start.Time.ToUniversalTime() : now));
        (Run.Step, Run.Epochs, Run.DurationMs, Run.Message, Run.FinalMetrics) = (null, null, null, null, null);
        (Run.ErrorKind, Run.ErrorCode) = (null, null);
        Run.TryMove(db, RunStatus.Running, now, newAttempt: true);
    }

    private void Log(IReadOnlyDictionary<string, double> measurements, long? step, RunEvent reported)
    {
        Advance(step, reported);
        Keep(measurements, step, reported);
    }

    private void Advance(long? step, RunEvent reported)
    {
        if (Run is { Kind: RunKind.External, Status: RunStatus.Queued })
        {
            Run.TryMove(db, RunStatus.Running, now);
        }
        var attempt = AttemptOf(reported);
        // Without a resume event, the attempt starts at the first step it logs.
        if (attempt > 1 && (step ?? (reported is MetricsLogged or MediaLogged ? 0 : null)) is { } first
            && Attempts.Find(known => known.Number == attempt) is { FromStep: null } started)
        {
            TakeOver(started, first);
        }
        if (step is { } at && attempt == Run.Attempt && (Run.Step is null || at > Run.Step))
        {
            Run.Step = at;
        }
    }

    private void Keep(IReadOnlyDictionary<string, double> measurements, long? step, RunEvent reported)
    {
        Run.HasSortKeys = false;
        Values.Add(new(AttemptOf(reported), step, UnixTime.ToMicroseconds(reported.Time), measurements, db.Outgoing.Count,
            Final: reported is RunStopped));
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
        if (stop is { Measurements: { Count: > 0 } final, MeasurementsAreLogged: false })
        {
            Log(final, stop.Step, stop);
        }
        if (stop.ModelPath is { Length: > 0 } model)
        {
            files.Save(model, "model", size: null, sha256: null, stop.Time);
        }
        if (!current || RunLife.IsOver(Run.Status))
        {
            return;
        }
        Run.FinalMetrics = stop.Measurements is { Count: > 0 } finalMetrics ? JsonSerializer.Serialize(finalMetrics, WireJson.Options)
            : Run.FinalMetrics;
        Run.Epochs = stop.Epochs ?? Run.Epochs;
        Run.DurationMs = stop.DurationMs is { } duration && double.IsFinite(duration) ? duration : Run.DurationMs;
        Run.ErrorKind = StorableText.CleanOrNull(stop.ErrorKind, 64);
        Run.ErrorCode = StorableText.CleanOrNull(stop.ErrorCode, 64);
        Run.Message = StorableText.CleanOrNull(stop.Message, 4096);
        // The message may name this step. The heartbeat before it is up to a second old.
        Run.Step = Run.Step > stop.Step ? Run.Step : stop.Step ?? Run.Step;
        Run.End(db, stop.Status, options, now);
        if (RunLife.IsOver(Run.Status) && stop.Time < now)
        {
            Run.EndedAt = stop.Time.ToUniversalTime();
        }
        Attempts.AddRange(db.Attempts.Local.Where(attempt => attempt.RunId == Run.Id && !Attempts.Contains(attempt)));
    }

    private int AttemptOf(RunEvent reported) =>
        reported.Attempt is { } attempt && attempt >= 1 && attempt <= Run.Attempt ? attempt : Run.Attempt;
}
