using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;
using Trainyard.Models.Evaluation;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.Evaluation;

/// <summary>Builds the message that ends an evaluation, with the run's events.</summary>
internal static class EvaluationOutcome
{
    private const int MaxPathInName = 200;

    public static EvaluationEnded Of(EvaluationClaimed claim, EvaluationReport report, DateTimeOffset now)
    {
        var metrics = report.Metrics;
        var message = $"Evaluated step {metrics.Step} on {metrics.On}: {Scores(metrics)}.";
        var json = Encoding.UTF8.GetBytes(report.MetricsJson);
        List<RunEvent> events =
        [
            .. report.Notices.Select(notice => Log(claim, "warning", $"Evaluation on {metrics.On}: {notice}", now)),
            Log(claim, "info", message, now),
            File(claim, EvaluationReport.MetricsFile, now) with
            {
                Size = json.Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(json)),
            },
        ];
        if (report.HasSamples)
        {
            events.Add(File(claim, EvaluationReport.SamplesFile, now));
        }
        if (SeriesOf(claim.Request.On) is { } series)
        {
            events.Add(new MetricsLogged
            {
                EventId = Id(),
                RunId = claim.RunId,
                Attempt = claim.RunAttempt,
                Time = now,
                Step = metrics.Step,
                Measurements = Values(series, metrics),
            });
        }
        return new(claim.EvaluationId, claim.RunId, claim.Attempt, report.MetricsJson, ErrorKind: null, message) { Events = events };
    }

    public static EvaluationEnded Of(EvaluationClaimed claim, TrainingException failure, DateTimeOffset now)
    {
        var log = Log(claim, "error", $"The evaluation on {claim.Request.On} failed: {failure.Message}", now);
        return new(claim.EvaluationId, claim.RunId, claim.Attempt, Metrics: null, failure.ErrorKind(), failure.Message)
        {
            ErrorCode = failure.Code,
            Events = [log],
        };
    }

    // One set of series per text, so that a curve never mixes two texts.
    private static string? SeriesOf(string on) => on switch
    {
        EvaluationClaimed.Validation => MetricNames.EvaluationPrefix,
        { Length: <= MaxPathInName } => $"{MetricNames.EvaluationPrefix}{on.Trim('/')}/",
        _ => null,
    };

    private static string Scores(EvaluationMetrics metrics)
    {
        var text = Text($"loss {metrics.Loss:F4}");
        text += metrics.Perplexity is { } perplexity ? Text($", perplexity {perplexity:F2}") : "";
        text += metrics.BitsPerByte is { } bits ? Text($", {bits:F4} bits per byte") : "";
        return metrics is { Examples: not null, AccuracyTop1: { } accuracy } ? text + Text($", accuracy {accuracy:F4}") : text;

        static string Text(FormattableString part) => part.ToString(CultureInfo.InvariantCulture);
    }

    private static Dictionary<string, double> Values(string series, EvaluationMetrics metrics)
    {
        var values = new Dictionary<string, double?>(StringComparer.Ordinal)
        {
            ["loss"] = metrics.Loss,
            ["perplexity"] = metrics.Perplexity,
            ["bits_per_byte"] = metrics.BitsPerByte,
            ["tokens_per_character"] = metrics.TokensPerCharacter,
            ["accuracy_top1"] = metrics.AccuracyTop1,
            ["accuracy_top5"] = metrics.AccuracyTop5,
            ["distinct_1"] = metrics.Distinct1,
            ["distinct_2"] = metrics.Distinct2,
            ["distinct_3"] = metrics.Distinct3,
            ["repetition"] = metrics.Repetition,
        };
        return values.Where(value => value.Value is not null)
            .ToDictionary(value => series + value.Key, value => value.Value ?? 0, StringComparer.Ordinal);
    }

    private static LogWritten Log(EvaluationClaimed claim, string level, string message, DateTimeOffset now) =>
        new() { EventId = Id(), RunId = claim.RunId, Attempt = claim.RunAttempt, Time = now, Level = level, Message = message };

    private static ArtifactSaved File(EvaluationClaimed claim, string name, DateTimeOffset now) =>
        new() { EventId = Id(), RunId = claim.RunId, Attempt = claim.RunAttempt, Time = now, Path = name, Kind = "eval" };

    private static Guid Id() => Guid.CreateVersion7();
}
