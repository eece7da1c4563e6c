using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>Writes a run as an event file: scalars, notes as text, hyperparameters and the final status for the HPARAMS tab.</summary>
internal static class TensorBoardExport
{
    private const int MaxDepth = 8;

    public static string FileName(RunToExport run) =>
        FormattableString.Invariant($"events.out.tfevents.{Started(run).ToUnixTimeSeconds():D10}.trainyard.{run.Run.Id}");

    /// <summary>
    /// With all attempts, each begins with a session start, which makes TensorBoard discard the points that the attempt replaced. Otherwise
    /// only the clean curve is written.
    /// </summary>
    public static async Task WriteAsync(
        Stream output, ExportSource source, RunToExport run, ExportSelection what, CancellationToken cancellationToken)
    {
        var started = Started(run);
        await using var file = new EventFileWriter(output, started, leaveOpen: true);
        await file.WriteAsync(LogEvent.SessionStart(started, 0), cancellationToken);
        if (Hyperparameters(run.Run.Config) is { Count: > 0 } hyperparameters)
        {
            var session = new HyperparameterSessionStart(hyperparameters, Seconds(started));
            await file.WriteAsync(LogEvent.Of(started, 0, session), cancellationToken);
        }
        if (run.Run.Notes is { Length: > 0 } notes)
        {
            await file.WriteAsync(LogEvent.Of(started, 0, new TextValue("notes", notes)), cancellationToken);
        }
        foreach (var attempt in what.AllAttempts ? run.Attempts.Select(known => (int?)known.Number) : [null])
        {
            if (attempt > 1 && run.Attempts.FirstOrDefault(known => known.Number == attempt) is { FromStep: { } from } later)
            {
                await file.WriteAsync(LogEvent.SessionStart(later.StartedAt, from), cancellationToken);
            }
            await foreach (var (series, chunk) in source.PointsAsync(run, what, attempt, cancellationToken))
            {
                foreach (var point in chunk.Points)
                {
                    var value = new ScalarValue(series, point.Value ?? double.NaN);
                    await file.WriteAsync(LogEvent.Of(UnixTime.FromMicroseconds(point.Time), point.Step, value), cancellationToken);
                }
            }
        }
        if (run.Run.EndedAt is { } ended)
        {
            var status = run.Run.Status is RunStatus.Completed ? HyperparameterStatus.Success : HyperparameterStatus.Failure;
            await file.WriteAsync(LogEvent.Of(ended, 0, new HyperparameterSessionEnd(status, Seconds(ended))), cancellationToken);
        }
    }

    /// <summary>Hyperparameters by name, nested ones by their path. Lists become texts.</summary>
    private static Dictionary<string, HyperparameterValue> Hyperparameters(string? config)
    {
        var found = new Dictionary<string, HyperparameterValue>(StringComparer.Ordinal);
        if (config is not null)
        {
            Add("", JsonElement.Parse(config), depth: 0);
        }
        return found;

        void Add(string name, JsonElement value, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object when depth < MaxDepth:
                    foreach (var member in value.EnumerateObject())
                    {
                        Add(name.Length == 0 ? member.Name : $"{name}/{member.Name}", member.Value, depth + 1);
                    }
                    break;
                case JsonValueKind.Number when value.TryGetDouble(out var number):
                    found[name] = HyperparameterValue.Of(number);
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    found[name] = HyperparameterValue.Of(value.GetBoolean());
                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    found[name] = HyperparameterValue.Of(value.ToString());
                    break;
            }
        }
    }

    private static DateTimeOffset Started(RunToExport run) => run.Run.StartedAt ?? run.Run.CreatedAt;

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}
