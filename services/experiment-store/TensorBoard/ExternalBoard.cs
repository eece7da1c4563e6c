using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFormats.TensorBoard;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>
/// The event file of an external run. Each update ends with a record of how far it goes. What follows the last such record is the rest of
/// an update that a crash interrupted; it is cut off when the file is opened. So the file holds each point once.
/// </summary>
internal sealed class ExternalBoard
{
    private readonly LiveRunFolder folder;
    private readonly BoardPositions positions = new();
    private string? file;
    private int attempt;
    private bool hasHyperparameters;
    private HyperparameterStatus? end;

    private ExternalBoard(LiveRunFolder folder) => this.folder = folder;

    public static async Task<ExternalBoard> OpenAsync(LiveRunFolder folder, CancellationToken cancellationToken)
    {
        var board = new ExternalBoard(folder) { end = await folder.ReadEndAsync(cancellationToken) };
        foreach (var path in folder.Files)
        {
            await board.RecoverAsync(path, cancellationToken);
        }
        return board;
    }

    /// <summary>Appends what the file lacks.</summary>
    /// <exception cref="IOException">It can't be written; nothing is appended.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written; nothing is appended.</exception>
    public async Task UpdateAsync(BoardRun run, BoardSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var behind = run.Series.Where(series => series.PointsStored > positions.Of(series)).ToList();
        var hyperparameters = hasHyperparameters ? [] : Hyperparameters(run.Run);
        var restarts = run.Attempts.Any(row => row.Number > attempt && StartOf(row) is not null);
        if (behind.Count > 0 || hyperparameters.Count > 0 || (file is not null && restarts))
        {
            await AppendAsync(run, behind, hyperparameters, source, now, cancellationToken);
        }
        await ShowEndAsync(run.Run, now, cancellationToken);
    }

    private async Task AppendAsync(
        BoardRun run, List<Series> behind, Dictionary<string, HyperparameterValue> hyperparameters, BoardSource source, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var points = await source.NewPointsAsync(behind, positions, cancellationToken);
        var length = file is null ? 0 : new FileInfo(file).Length;
        var path = file;
        try
        {
            await using var writer = file is null ? folder.Create(run.Run.StartedAt ?? now) : EventFileWriter.Append(file);
            path = writer.FilePath;
            var (started, session) = (attempt, hasHyperparameters);
            foreach (var row in run.Attempts)
            {
                if (row.Number > started && StartOf(row) is { } from)
                {
                    await writer.WriteAsync(LogEvent.SessionStart(row.StartedAt, from), cancellationToken);
                    started = row.Number;
                }
                if (hyperparameters.Count > 0)
                {
                    var began = Seconds(run.Run.StartedAt ?? now);
                    await writer.WriteAsync(LogEvent.Of(now, 0, new HyperparameterSessionStart(hyperparameters, began)), cancellationToken);
                    hyperparameters = [];
                    session = true;
                }
                var ofAttempt = points?.Where(named => named.Point.Attempt == row.Number).ToAsyncEnumerable()
                    ?? source.StreamAsync(behind, positions, row.Number, cancellationToken);
                await WriteAsync(writer, ofAttempt.Where(named => named.Point.Step < row.UntilStep), cancellationToken);
            }
            var counts = behind.ToDictionary(series => series.Name, series => series.PointsStored, StringComparer.Ordinal);
            await writer.WriteAsync(LogEvent.Of(now, 0) with { Progress = new(counts, started) }, cancellationToken);
            await writer.FlushAsync(cancellationToken);
            positions.Set(counts);
            (file, attempt, hasHyperparameters) = (path, started, session);
        }
        catch when (path is not null)
        {
            Cut(path, length);
            throw;
        }
    }

    /// <summary>Writes points in order, those of one step and time in one record.</summary>
    private async Task WriteAsync(EventFileWriter writer, IAsyncEnumerable<NamedPoint> points, CancellationToken cancellationToken)
    {
        var values = new List<SummaryValue>();
        var (step, time) = (0L, 0L);
        await foreach (var (name, point) in points.WithCancellation(cancellationToken))
        {
            if (values.Count > 0 && (point.Step != step || point.Time != time))
            {
                await writer.WriteAsync(LogEvent.Of(UnixTime.FromMicroseconds(time), step, [.. values]), cancellationToken);
                values.Clear();
            }
            (step, time) = (point.Step, point.Time);
            values.Add(new ScalarValue(name, point.Value ?? double.NaN));
            positions.Reach(name, step);
        }
        if (values.Count > 0)
        {
            await writer.WriteAsync(LogEvent.Of(UnixTime.FromMicroseconds(time), step, values), cancellationToken);
        }
    }

    private async Task ShowEndAsync(Run run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        HyperparameterStatus? status = run.Status switch
        {
            RunStatus.Completed => HyperparameterStatus.Success,
            RunStatus.Failed or RunStatus.Cancelled => HyperparameterStatus.Failure,
            _ => null,
        };
        if (status == end || file is null)
        {
            return;
        }
        if (status is { } final)
        {
            await folder.EndAsync(final, run.EndedAt ?? now, cancellationToken);
        }
        else
        {
            folder.DeleteEnd();
        }
        end = status;
    }

    private async Task RecoverAsync(string path, CancellationToken cancellationToken)
    {
        var confirmed = 0L;
        var session = false;
        await using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024))
        {
            var reader = new EventFileReader(stream);
            try
            {
                await foreach (var logged in reader.ReadAsync(cancellationToken))
                {
                    foreach (var value in logged.Values)
                    {
                        if (value is ScalarValue scalar)
                        {
                            positions.Reach(scalar.Tag, logged.Step);
                        }
                        session |= value is HyperparameterSessionStart;
                    }
                    if (logged.Progress is { } progress)
                    {
                        positions.Set(progress.Written);
                        (attempt, confirmed) = (progress.Attempt, reader.Offset);
                        hasHyperparameters |= session;
                    }
                }
            }
            catch (EventFileException)
            {
                // Everything from the damage on is cut off and written again.
            }
        }
        Cut(path, confirmed);
        file = confirmed > 0 ? path : file;
    }

    /// <summary>Shortens a file to what is confirmed; an empty one is deleted, because a file begins with its version.</summary>
    private static void Cut(string path, long length)
    {
        if (length == 0)
        {
            File.Delete(path);
            return;
        }
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > length)
        {
            stream.SetLength(length);
        }
    }

    /// <summary>The step from which an attempt replaces earlier ones; null if it has not begun.</summary>
    private static long? StartOf(RunAttempt row) => row.Number == 1 ? 0
        : row.FromStep is < PointWriter.FurthestStep and var from ? from
        : null;

    private static Dictionary<string, HyperparameterValue> Hyperparameters(Run run)
    {
        var found = FlatHyperparameters.Of(run.Config);
        if (run.SpectralNorm is { } spectral)
        {
            found.TryAdd("spectral_norm", HyperparameterValue.Of(spectral));
        }
        return found;
    }

    private static double Seconds(DateTimeOffset when) => (when - DateTimeOffset.UnixEpoch).TotalSeconds;
}
