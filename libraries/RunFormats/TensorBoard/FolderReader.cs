using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.TensorBoard;

namespace Trainyard.RunFormats.TensorBoard;

/// <summary>Reads one run. A session that starts at a step is an attempt that resumes from there.</summary>
internal sealed class FolderReader(EventFolder folder, string runId, string? name, SourceReport report)
{
    private readonly Dictionary<string, object?> hyperparameters = new(StringComparer.Ordinal);
    private RunStopped? end;
    private DateTimeOffset? first;
    private DateTimeOffset last = DateTimeOffset.UnixEpoch;
    private bool sessionSeen;
    private int attempt = 1;

    public long BytesRead { get; private set; }

    public async IAsyncEnumerable<SourceEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in folder.Files)
        {
            await using var stream = EventFolder.Open(file);
            var part = $"file:{Path.GetFileName(file)}";
            var shown = $"{name ?? runId}/{Path.GetFileName(file)}";
            var before = BytesRead;
            var (number, mediaNumber) = (0L, 0L);
            var reader = new EventFileReader(stream);
            await using var events = reader.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events, shown))
            {
                foreach (var runEvent in Translate(events.Current))
                {
                    yield return runEvent is MediaLogged and not { Kind: MediaKind.Text }
                        ? new($"media:{part}", mediaNumber++, runEvent, shown)
                        : new(part, number++, runEvent, shown);
                }
                BytesRead = before + stream.Position;
            }
            BytesRead = before + stream.Length;
            if (reader.Truncated)
            {
                report.Add(
                    $"{shown} ends in the middle of a record, {stream.Length - reader.Offset} bytes "
                    + "after the last whole one: it is still being written, or was cut off. Everything before that is imported.");
            }
        }
        if (first is null)
        {
            yield break;
        }
        if (hyperparameters.Count > 0)
        {
            yield return SourceEvent.ByContent("hyperparameters",
                Start() with { Name = null, Hyperparams = JsonSerializer.SerializeToElement(hyperparameters) });
        }
        yield return SourceEvent.ByContent("end", end ?? new()
        {
            EventId = Guid.Empty,
            RunId = runId,
            Time = last,
            Status = RunStatus.Completed,
            Message = "imported from TensorBoard, whose log has no final status",
        });
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<LogEvent> events, string shown)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (EventFileException damage)
        {
            report.Add($"{shown}: {damage.Message} Everything before that is imported.");
            return false;
        }
    }

    private IEnumerable<RunEvent> Translate(LogEvent logEvent)
    {
        if (first is null)
        {
            first = logEvent.Time;
            yield return Start();
        }
        last = logEvent.Time > last ? logEvent.Time : last;
        if (logEvent.Session is SessionStatus.Start)
        {
            var goesBack = sessionSeen || logEvent.Step > 0;
            sessionSeen = true;
            if (goesBack)
            {
                attempt++;
                yield return new RunResumed
                {
                    EventId = Guid.Empty,
                    RunId = runId,
                    Time = logEvent.Time,
                    Attempt = attempt,
                    FromStep = Math.Max(0, logEvent.Step),
                };
            }
        }
        foreach (var value in logEvent.Values)
        {
            switch (value)
            {
                case ScalarValue scalar:
                    yield return new MetricsLogged
                    {
                        EventId = Guid.Empty,
                        RunId = runId,
                        Time = logEvent.Time,
                        Attempt = attempt,
                        Step = logEvent.Step,
                        Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [scalar.Tag] = scalar.Value },
                    };
                    break;
                case TextValue or ImagesValue or AudioValue or HistogramValue:
                    foreach (var media in TensorBoardMedia.Of(value))
                    {
                        yield return media with { RunId = runId, Time = logEvent.Time, Attempt = attempt, Step = logEvent.Step };
                    }
                    break;
                case HyperparameterSessionStart session:
                    foreach (var (parameter, given) in session.Hyperparameters)
                    {
                        hyperparameters[parameter] = Plain(given);
                    }
                    break;
                case HyperparameterSessionEnd { Status: HyperparameterStatus.Success or HyperparameterStatus.Failure } stop:
                    end = new()
                    {
                        EventId = Guid.Empty,
                        RunId = runId,
                        Time = logEvent.Time,
                        Status = stop.Status is HyperparameterStatus.Success ? RunStatus.Completed : RunStatus.Failed,
                    };
                    break;
                case OtherValue other:
                    report.Ignore(other.Plugin is { Length: > 0 } plugin ? $"values of the plugin '{plugin}'"
                        : "values of other kinds");
                    break;
            }
        }
    }

    private static object? Plain(HyperparameterValue given) => given switch
    {
        { Text: { } text } => text,
        { Flag: { } flag } => flag,
        // JSON has no NaN or infinities.
        { Number: { } number } when double.IsFinite(number) => number,
        _ => given.Number?.ToString(CultureInfo.InvariantCulture),
    };

    private RunStarted Start() =>
        new() { EventId = Guid.Empty, RunId = runId, Time = first ?? last, Source = "tensorboard", Name = name, Attempt = 1 };
}
