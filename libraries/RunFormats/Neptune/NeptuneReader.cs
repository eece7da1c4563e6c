using System.Runtime.CompilerServices;
using Trainyard.Contracts.Events;

namespace Trainyard.RunFormats.Neptune;

/// <summary>
/// Reads the output of neptune-exporter: Parquet files with a row per value. The rows of a run are adjacent and may span several files.
/// Configuration becomes hyperparameters, numeric series become metrics, and text series become the log.
/// </summary>
/// <param name="files">The Parquet files.</param>
/// <param name="stepMultiplier">Makes steps whole: Neptune's have six decimals.</param>
public sealed class NeptuneReader(IReadOnlyList<string> files, int stepMultiplier = 1) : RunReader
{
    private NeptuneRun? run;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SourceEvent> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BytesTotal = files.Sum(file => new FileInfo(file).Length);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var (name, number) = (Path.GetFileName(file), 0L);
            await foreach (var row in NeptuneRows.ReadAsync(file, cancellationToken))
            {
                if (run?.Project != row.Project || run.Id != row.Run)
                {
                    foreach (var item in NeptuneRun.Items(run))
                    {
                        yield return item;
                    }
                    run = new(row.Project, row.Run);
                }
                if (Translate(run, row, name) is { } runEvent)
                {
                    yield return new($"file:{name}", number, runEvent, name);
                }
                number++;
            }
            BytesRead += new FileInfo(file).Length;
        }
        foreach (var item in NeptuneRun.Items(run))
        {
            yield return item;
        }
    }

    private RunEvent? Translate(NeptuneRun current, NeptuneRow row, string file)
    {
        switch (row.Type)
        {
            case "float_series" when row is { Number: { } value, Step: { } step }:
                var time = row.Time ?? current.Started;
                current.Last = time > current.Last ? time : current.Last;
                return new MetricsLogged
                {
                    EventId = Guid.Empty,
                    RunId = current.RunId,
                    Time = time,
                    Step = Whole(step, row.Path, file),
                    Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [row.Path] = value },
                };
            case "string_series" when row.Text is { } line:
                return new LogWritten
                {
                    EventId = Guid.Empty,
                    RunId = current.RunId,
                    Time = row.Time ?? current.Started,
                    Level = "info",
                    Message = $"{row.Path}: {line}",
                };
            case "float" or "int" or "string" or "bool" or "datetime" or "string_set":
                if (!current.Take(row))
                {
                    Report.Ignore($"attributes of the type '{row.Type}'");
                }
                return null;
            default:
                Report.Ignore($"attributes of the type '{row.Type}'");
                return null;
        }
    }

    private long Whole(decimal step, string path, string file)
    {
        if (Math.Abs(step) > (decimal)long.MaxValue / stepMultiplier)
        {
            // Not a step in any case, so that callers leave the value out.
            return step > 0 ? long.MaxValue : long.MinValue;
        }
        var multiplied = step * stepMultiplier;
        return decimal.IsInteger(multiplied)
            ? (long)multiplied
            : throw new InvalidRunFileException(RunFileFault.FractionalStep, file, FormattableString.Invariant(
                $"Series '{path}' has a step {step}, but steps must be whole numbers."));
    }
}
