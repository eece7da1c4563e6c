using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.RunFormats.Json;
using Trainyard.RunFormats.Points;
using Trainyard.TensorBoard;

namespace Trainyard.RunFormats.TensorBoard;

/// <summary>
/// Writes a run as an event file: scalars, media, notes as text, hyperparameters and the final status for the HPARAMS tab. Disposing it
/// writes the end of the file and leaves the stream open.
/// </summary>
public sealed class TensorBoardWriter : IPointSink
{
    private readonly EventFileWriter file;
    private readonly ExportedRun run;

    private TensorBoardWriter(EventFileWriter file, ExportedRun run) => (this.file, this.run) = (file, run);

    /// <summary>The name of the run's event file.</summary>
    public static string FileName(ExportedRun run) =>
        FormattableString.Invariant($"events.out.tfevents.{Started(run).ToUnixTimeSeconds():D10}.trainyard.{run.RunId}");

    /// <summary>Begins a file with the run's hyperparameters and notes.</summary>
    /// <param name="output">The file. It stays open.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Cancels the first writes.</param>
    public static async Task<TensorBoardWriter> CreateAsync(Stream output, ExportedRun run, CancellationToken cancellationToken = default)
    {
        var started = Started(run);
        var events = new EventFileWriter(output, started, leaveOpen: true);
        await events.WriteAsync(LogEvent.SessionStart(started, 0), cancellationToken);
        if (FlatHyperparameters.Of(run.Params) is { Count: > 0 } hyperparameters)
        {
            var session = new HyperparameterSessionStart(hyperparameters, Seconds(started));
            await events.WriteAsync(LogEvent.Of(started, 0, session), cancellationToken);
        }
        if (run.Notes is { Length: > 0 } notes)
        {
            await events.WriteAsync(LogEvent.Of(started, 0, new TextValue("notes", notes)), cancellationToken);
        }
        return new(events, run);
    }

    /// <summary>
    /// Begins a later attempt: a session start, which makes TensorBoard discard the points that the attempt replaced. Not needed if the
    /// replaced points are not written.
    /// </summary>
    /// <param name="startedAt">When the attempt started.</param>
    /// <param name="fromStep">The step it starts from.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public ValueTask ResumeAsync(DateTimeOffset startedAt, long fromStep, CancellationToken cancellationToken = default) =>
        file.WriteAsync(LogEvent.SessionStart(startedAt, fromStep), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(SeriesPoints series, CancellationToken cancellationToken = default)
    {
        foreach (var point in series.Points)
        {
            await file.WriteAsync(LogEvent.Of(point.Time, point.Step, new ScalarValue(series.Series, point.Value)), cancellationToken);
        }
    }

    /// <summary>Writes an image, a recording, a text or a histogram. Does nothing for what the format has no place for.</summary>
    public ValueTask WriteAsync(MediaLogged media, CancellationToken cancellationToken = default) =>
        TensorBoardMedia.ValueOf(media) is { } value
            ? file.WriteAsync(LogEvent.Of(media.Time, media.Step ?? 0, value), cancellationToken)
            : ValueTask.CompletedTask;

    /// <summary>Writes the run's final status, if it has ended.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken = default)
    {
        if (run.EndedAt is { } ended)
        {
            var status = run.Status is RunStatus.Completed ? HyperparameterStatus.Success : HyperparameterStatus.Failure;
            await file.WriteAsync(LogEvent.Of(ended, 0, new HyperparameterSessionEnd(status, Seconds(ended))), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => file.DisposeAsync();

    private static DateTimeOffset Started(ExportedRun run) => run.StartedAt ?? run.CreatedAt;

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}
