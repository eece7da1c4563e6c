using System.Globalization;
using System.Text;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Notifier.Runs;

namespace Trainyard.Notifier.Messages;

/// <summary>A run in plain text: the parts that formatters put together.</summary>
internal static class RunText
{
    private const int BarCells = 20;

    /// <summary>The run's name, or its id.</summary>
    public static string NameOf(RunProgress run) => Privacy.Clean(run.Name) is { Length: > 0 } name ? name : run.RunId;

    /// <summary>What the run does, in a few words.</summary>
    public static string StateOf(RunProgress run) => run switch
    {
        { Status: RunStatus.Failed, ErrorCode: { } code } => $"failed: {CodeOf(code)}",
        { Status: RunStatus.Failed } => "failed",
        { Status: RunStatus.Completed } => "completed",
        { Status: RunStatus.Cancelled } => "cancelled",
        { Status: RunStatus.Unknown } => "ended",
        { Status: RunStatus.Queued } => "queued",
        { Status: RunStatus.Interrupted, StopReason: TrainStopReason.Paused } => "paused",
        { Status: RunStatus.Interrupted, StopReason: TrainStopReason.Retry } => "failed, another attempt follows",
        { Status: RunStatus.Interrupted } => "interrupted, can be resumed",
        { Fraction: { } fraction } => $"training, {Percent(fraction)}",
        _ => "training",
    };

    /// <summary>Who can do what about a failure; null if the run has not failed.</summary>
    public static string? Advice(RunProgress run) => run is not { Status: RunStatus.Failed } ? null
        : run.ErrorKind switch
        {
            ErrorKinds.UserInput => "The config or the data is at fault. The run's page says what to change.",
            ErrorKinds.Transient => "The machine or a server failed, and no attempt is left. Resume the run once that is repaired.",
            _ => "The run's page shows the error and its log.",
        };

    /// <summary>A bar such as <c>[██████░░░░] 60 %</c>; null if unknown.</summary>
    public static string? Bar(RunProgress run)
    {
        if (run.Fraction is not { } fraction)
        {
            return null;
        }
        var full = (int)(fraction * BarCells);
        return $"[{new string('█', full)}{new string('░', BarCells - full)}] {Percent(fraction)}";
    }

    /// <summary>Where the run is, how fast it goes and how long it will take.</summary>
    public static IEnumerable<string> Figures(RunProgress run)
    {
        var at = Join(
            Of("epoch", run.Epoch, run.TotalEpochs), run.Batch is null ? null : Of("batch", run.Batch, run.TotalBatches),
            Of("step", run.Step, run.TotalSteps), run.Attempt > 1 ? $"attempt {run.Attempt}" : null);
        var speed = Join(
            run.BatchLoss is { } loss ? $"loss {Number(loss)}" : null,
            run.AverageLoss is { } mean ? $"epoch mean {Number(mean)}" : null,
            run is { IsOver: false, SamplesPerSecond: { } rate } ? $"{Rate(rate)} samples/s" : null,
            run is { IsOver: false, EtaSeconds: { } eta } ? $"{Duration(eta)} left" : null);
        var took = run is { IsOver: true, StartedAt: { } start, EndedAt: { } end } && end >= start
            ? $"took {Duration((end - start).TotalSeconds)}"
            : null;
        return new[] { at, speed, took }.OfType<string>().Where(line => line.Length > 0);
    }

    /// <summary>The newest epochs as a table, with the best one marked; empty without epochs.</summary>
    public static string Table(RunProgress run, int maxRows)
    {
        var rows = run.Epochs.TakeLast(maxRows).ToList();
        if (rows.Count == 0)
        {
            return "";
        }
        if (run.Best is { } best && run.Epochs.FirstOrDefault(row => row.Epoch == best.Epoch) is { } known && !rows.Contains(known))
        {
            rows = [known, .. rows.Skip(rows.Count == maxRows ? 1 : 0)];
        }
        (string Head, Func<EpochRow, double?> Value, Func<double, string> Text)[] columns =
        [
            ("train", row => row.TrainLoss, Number), ("val", row => row.ValLoss, Number), ("ppl", row => row.ValPpl, Number),
            ("acc", row => row.ValAcc, Percent), ("time", row => row.Seconds, Clock),
        ];
        var shown = columns.Where(column => rows.Exists(row => column.Value(row) is not null)).ToList();
        var text = new StringBuilder("  epoch");
        shown.ForEach(column => text.Append(CultureInfo.InvariantCulture, $" {column.Head,8}"));
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{(row.Epoch == run.Best?.Epoch ? '★' : ' ')} {row.Epoch,5}");
            shown.ForEach(column => text.Append(
                CultureInfo.InvariantCulture, $" {(column.Value(row) is { } value ? column.Text(value) : "–"),8}"));
        }
        return text.ToString();
    }

    /// <summary>The best scores, the upload and the deleted checkpoints, a line each.</summary>
    public static IEnumerable<string> Facts(RunProgress run)
    {
        if (run.Best is { } best)
        {
            var scores = Join(
                best.ValLoss is { } loss ? $"val loss {Number(loss)}" : null,
                best.ValPpl is { } perplexity ? $"perplexity {Number(perplexity)}" : null,
                best.ValAcc is { } accuracy ? $"accuracy {Percent(accuracy)}" : null);
            yield return $"★ best{(best.Epoch > 0 ? $" in epoch {best.Epoch}" : "")}: {scores}";
        }
        if (run.Upload is { } upload)
        {
            yield return upload.Status is >= 200 and < 300
                ? $"uploaded: model {Size(upload.ModelBytes)}, manifest {Size(upload.ManifestBytes)}"
                : $"upload failed with status {upload.Status}";
        }
        if (run.Pruned > 0)
        {
            yield return $"deleted {run.Pruned} old checkpoint{(run.Pruned == 1 ? "" : "s")}";
        }
    }

    /// <summary>One line about a run, for lists.</summary>
    public static string Line(RunProgress run)
    {
        var eta = run is { Status: RunStatus.Running, EtaSeconds: { } left } ? $", {Duration(left)} left" : "";
        var loss = run.Best?.ValLoss is { } best ? $", best val loss {Number(best)}" : "";
        return $"{NameOf(run)}: {StateOf(run)}{eta}{loss}";
    }

    /// <summary>The model and the id, for a footer.</summary>
    public static string Footer(RunProgress run) =>
        Privacy.Clean(run.ModelId) is { Length: > 0 } model ? $"{model} · {run.RunId}" : run.RunId;

    /// <summary>An error code; anything else that a program reports in its place is left out.</summary>
    public static string CodeOf(string code) =>
        code.Length <= 40 && code.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter is '_')
            ? code
            : "UNKNOWN";

    public static string Number(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        _ when value != 0 && Math.Abs(value) is >= 1e5 or < 1e-3 => value.ToString("0.00e+0", CultureInfo.InvariantCulture),
        _ => value.ToString(Math.Abs(value) >= 100 ? "0.#" : "0.####", CultureInfo.InvariantCulture),
    };

    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds is < 0 or > 1e8)
        {
            return "–";
        }
        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalDays >= 1 ? $"{(int)time.TotalDays} d {time.Hours} h"
            : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min"
            : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
    }

    /// <summary>A duration for a narrow column, such as <c>1:07</c>.</summary>
    private static string Clock(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds is < 0 or > 1e8)
        {
            return "–";
        }
        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }

    private static string Rate(double value) => value is > 1e5 || !double.IsFinite(value)
        ? Number(value)
        : value.ToString(value >= 10 ? "0" : "0.##", CultureInfo.InvariantCulture);

    private static string Percent(double fraction) =>
        double.IsFinite(fraction) ? string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:0.#} %") : "–";

    private static string? Of(string what, long? count, long? all) =>
        count is null ? null : all is null ? $"{what} {count}" : $"{what} {count}/{all}";

    private static string Size(long? bytes) => bytes switch
    {
        null => "none",
        < 1000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
    };

    private static string Join(params ReadOnlySpan<string?> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part is { Length: > 0 })
            {
                text.Append(text.Length > 0 ? " · " : "").Append(part);
            }
        }
        return text.ToString();
    }
}
