using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;

namespace Trainyard.RunFormats.Mlflow;

/// <summary>Translates one run of MLflow to Trainyard's events, whichever of MLflow's stores it is from.</summary>
/// <param name="run">The run.</param>
/// <param name="report">Gets what is left out.</param>
public sealed class MlflowEvents(MlflowRun run, SourceReport report)
{
    /// <summary>The longest parameter that MLflow's own server keeps.</summary>
    public const int MaxParamCharacters = 6000;

    private const string Source = "mlflow";
    private const string NameTag = "mlflow.runName";
    private const string NoteTag = "mlflow.note.content";
    private const string UserTag = "mlflow.user";
    private const long MaxNumber = (1L << 53) - 1;
    private const long LastMillisecond = 253_402_300_799_999;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private DateTimeOffset last = Time(run.StartTime) ?? Time(run.EndTime) ?? DateTimeOffset.UnixEpoch;

    /// <summary>An experiment with its tags, of which one is its description.</summary>
    /// <param name="id">Its id in MLflow.</param>
    /// <param name="name">Its name.</param>
    /// <param name="created">When it was created, in milliseconds since 1970.</param>
    /// <param name="tags">Its tags.</param>
    public static SourceExperiment Experiment(string id, string name, long? created, IReadOnlyDictionary<string, string> tags) =>
        new(id, name, Time(created) ?? DateTimeOffset.UnixEpoch)
        {
            Description = tags.GetValueOrDefault(NoteTag),
            Tags = tags.Count == 0 ? null : tags,
        };

    /// <summary>The run's start, with its parameters, tags and notes.</summary>
    public SourceEvent Start() => SourceEvent.ByContent("start", new RunStarted
    {
        EventId = Guid.Empty,
        RunId = run.RunId,
        ExperimentId = run.ExperimentId,
        Source = Source,
        Time = last,
        Attempt = 1,
        Name = run.Name is { Length: > 0 } name ? name : run.Tags.GetValueOrDefault(NameTag),
        Notes = run.Tags.GetValueOrDefault(NoteTag),
        MlflowRunId = run.RunId,
        Hyperparams = run.Params.Count == 0 ? null : JsonSerializer.SerializeToElement(
            run.Params.OrderBy(param => param.Key, StringComparer.Ordinal).ToDictionary(param => param.Key, Kept, StringComparer.Ordinal)),
        Tags = TagsToStore(),
    });

    /// <summary>A value. Values of one metric must come in an order in which later reading finds them again.</summary>
    /// <param name="point">The value.</param>
    /// <param name="file">The file it is from.</param>
    /// <returns>Null if its time is none.</returns>
    public SourceEvent? Point(MlflowPoint point, string? file = null)
    {
        var number = counts.GetValueOrDefault(point.Key);
        counts[point.Key] = number + 1;
        if (Time(point.Timestamp) is not { } time)
        {
            report.LeaveOut("a time is from 0 to the year 9999 in milliseconds", $"{point.Timestamp}", point.Key, file);
            return null;
        }
        last = time > last ? time : last;
        return new($"series:{point.Key}", number, new MetricsLogged
        {
            EventId = Guid.Empty,
            RunId = run.RunId,
            Time = time,
            Step = point.Step,
            Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [point.Key] = point.Value },
        }, file);
    }

    /// <summary>Leaves a place in a metric's sequence for a value that can't be read.</summary>
    public void Pass(string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    /// <summary>A file of the run. It counts as new when its size or its time of change is another.</summary>
    /// <param name="path">Its path below the run's folder, with forward slashes.</param>
    /// <param name="file">The file.</param>
    public SourceEvent Artifact(string path, FileInfo file)
    {
        var identity = Encoding.UTF8.GetBytes(FormattableString.Invariant($"{path}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}"));
        return new("artifacts", (long)(XxHash3.HashToUInt64(identity) & MaxNumber), new ArtifactSaved
        {
            EventId = Guid.Empty,
            RunId = run.RunId,
            Time = new(file.LastWriteTimeUtc, TimeSpan.Zero),
            Path = path,
            Kind = "mlflow",
            Size = file.Length,
        }, path, file.FullName);
    }

    /// <summary>The run's end. Call it after all values.</summary>
    public SourceEvent End()
    {
        RunStatus? status = run.Status switch
        {
            "FINISHED" or "3" => RunStatus.Completed,
            "FAILED" or "4" => RunStatus.Failed,
            "KILLED" or "5" => RunStatus.Cancelled,
            _ => null,
        };
        return SourceEvent.ByContent("end", new RunStopped
        {
            EventId = Guid.Empty,
            RunId = run.RunId,
            Time = (status is null ? null : Time(run.EndTime)) ?? last,
            Status = status ?? RunStatus.Interrupted,
            Message = status is null ? "it had not ended in MLflow when it was imported" : null,
        });
    }

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is >= 0 and <= LastMillisecond and var valid ? DateTimeOffset.FromUnixTimeMilliseconds(valid) : null;

    private string Kept(KeyValuePair<string, string> param)
    {
        if (param.Value.Length <= MaxParamCharacters)
        {
            return param.Value;
        }
        report.Skip("ends of params", $"a param has at most {MaxParamCharacters} characters", param.Key);
        return param.Value[..MaxParamCharacters];
    }

    private Dictionary<string, string>? TagsToStore()
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = run.UserId is { Length: > 0 } user && !run.Tags.ContainsKey(UserTag)
            ? run.Tags.Append(KeyValuePair.Create(UserTag, user))
            : run.Tags;
        var ordinary = given.Where(tag => tag.Key is not (NameTag or NoteTag));
        foreach (var (name, value) in ordinary.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            if (tags.Count == TagLimits.MaxCount)
            {
                report.Skip("tags", $"a run has at most {TagLimits.MaxCount} tags", name);
            }
            else if (name.Length is 0 or > TagLimits.MaxName)
            {
                report.Skip("tags", $"a tag's name has 1 to {TagLimits.MaxName} characters", name);
            }
            else
            {
                tags[name] = value;
            }
        }
        return tags.Count == 0 ? null : tags;
    }
}
