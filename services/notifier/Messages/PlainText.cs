using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Runs;
using Trainyard.Notifier.Runs;

namespace Trainyard.Notifier.Messages;

/// <summary>A message as a title and plain lines.</summary>
/// <param name="Title">The first line, which a notification shows.</param>
/// <param name="Body">The lines below it.</param>
/// <param name="RunId">The run it is about; null for none or several.</param>
/// <param name="Table">Whether the body needs letters of equal width.</param>
/// <param name="Footer">A last, less important line; may be empty.</param>
internal sealed record PlainText(string Title, IReadOnlyList<string> Body, string? RunId, bool Table, string Footer)
{
    private const int MaxListed = 20;

    /// <param name="message">What to say.</param>
    /// <param name="maxRows">The most rows of a run's table.</param>
    public static PlainText Of(Message message, int maxRows) => message switch
    {
        RunMessage { Run: var run } => OfRun(run, $"{Sign(run)} {RunText.NameOf(run)}: {RunText.StateOf(run)}", maxRows),
        Milestone { Run: var run, Ended: false } => OfRun(
            run, $"▶ {RunText.NameOf(run)}: {(run.Attempt > 1 ? $"attempt {run.Attempt} started" : "started")}", maxRows),
        Milestone { Run: var run } => OfRun(run, $"{Sign(run)} {RunText.NameOf(run)}: {RunText.StateOf(run)}", maxRows),
        AlertMessage alert => OfAlert(alert),
        SummaryMessage summary => OfSummary(summary),
        DigestMessage digest => new(
            digest.Title, [.. digest.Lines, .. digest.More > 0 ? [$"and {digest.More} more"] : Array.Empty<string>()], null, false, ""),
        TestMessage => new(
            "✓ Trainyard can reach you", ["This is a test message. Messages about your runs will look like it."], null, false, ""),
        _ => throw new ArgumentOutOfRangeException(nameof(message), message, "There is no text for this message."),
    };

    /// <summary>An alert in a sentence of numbers: the store's own text may quote a failure.</summary>
    public static string Say(AlertMessage alert)
    {
        var name = Privacy.Clean(alert.RunName) is { Length: > 0 } given ? given : alert.RunId;
        var metric = alert.Metric is { } known ? Privacy.CleanMetric(known) : "a metric";
        var at = alert.Step is { } step ? $" at step {step}" : "";
        var value = alert.Value is { } number ? RunText.Number(number) : "NaN";
        return alert.Kind switch
        {
            AlertKind.Above => $"{name}: {metric} is too high: {value}{at}",
            AlertKind.Below => $"{name}: {metric} is too low: {value}{at}",
            AlertKind.Nan => $"{name}: {metric} is NaN{at}",
            AlertKind.Plateau => $"{name}: {metric} has stopped improving{at}",
            AlertKind.Stalled => $"{name}: it sends nothing any more",
            AlertKind.Failed => $"{name}: it has failed{(alert.ErrorCode is { } code ? $": {RunText.CodeOf(code)}" : "")}",
            _ => $"{name}: it has ended",
        };
    }

    private static PlainText OfRun(RunProgress run, string title, int maxRows)
    {
        var table = RunText.Table(run, maxRows);
        return new(
            title,
            [
                .. new[] { RunText.Bar(run) }.OfType<string>(),
                .. RunText.Figures(run),
                .. table.Length > 0 ? table.Split('\n') : [],
                .. RunText.Facts(run),
                .. new[] { RunText.Advice(run) }.OfType<string>(),
            ],
            run.RunId, Table: true, RunText.Footer(run));
    }

    private static PlainText OfAlert(AlertMessage alert) => new($"⚠ {Say(alert)}", [], alert.RunId, false, alert.RunId);

    private static PlainText OfSummary(SummaryMessage summary) => new(
        summary.Runs.Count switch
        {
            0 => "No run is training",
            1 => "1 run is training",
            var count => $"{count} runs are training",
        },
        [
            .. summary.Runs.Take(MaxListed).Select(RunText.Line),
            .. summary.Runs.Count > MaxListed ? [$"and {summary.Runs.Count - MaxListed} more"] : Array.Empty<string>(),
        ],
        null, false, $"as of {summary.Time.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    private static string Sign(RunProgress run) => run.Status switch
    {
        RunStatus.Completed => "✓",
        RunStatus.Failed => "✗",
        RunStatus.Cancelled or RunStatus.Unknown => "■",
        RunStatus.Interrupted => "⏸",
        _ => "▶",
    };
}
