using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>A rule on a metric or on the state of runs.</summary>
internal sealed record NewAlert
{
    private const int MaxPoints = 10_000;

    public string? Name { get; init; }

    public AlertKind? Kind { get; init; }

    public string? RunId { get; init; }

    public string? ExperimentId { get; init; }

    public string? Metric { get; init; }

    public double? Threshold { get; init; }

    /// <summary>Consecutive values that must meet the condition. Default: 1.</summary>
    [Range(1, MaxPoints)]
    public int? Points { get; init; }

    /// <summary>Whether lower or higher values are better. Default: <c>min</c>.</summary>
    public AlertDirection? Direction { get; init; }

    public double? MinDelta { get; init; }

    [Range(1, WholeNumber.Max)]
    public long? PatienceSteps { get; init; }

    public double? AfterSeconds { get; init; }

    /// <summary>Webhook address that receives each firing. Default: <c>ALERTS__WEBHOOK_URL</c>, if set.</summary>
    public string? WebhookUrl { get; init; }

    public AlertRule ToRule(AlertKind kind, SealedSecrets secrets, DateTimeOffset now) => new()
    {
        Id = Identifier.Create("alert"),
        Name = Name,
        Kind = kind,
        RunId = RunId,
        ExperimentId = ExperimentId,
        Metric = Metric,
        Threshold = Threshold,
        Points = Points ?? 1,
        Direction = kind is AlertKind.Plateau ? Direction ?? AlertDirection.Min : null,
        MinDelta = kind is AlertKind.Plateau ? MinDelta ?? 0 : null,
        PatienceSteps = PatienceSteps,
        AfterSeconds = AfterSeconds,
        WebhookUrl = WebhookUrl is null ? null : secrets.SealAddress(WebhookUrl),
        CreatedAt = now,
    };

    public IReadOnlyList<Problem> Validate()
    {
        var problems = new List<Problem>();
        Check("kind", Kind is not null, "must be one of above, below, nan, plateau, stalled, failed, finished");
        Check("name", Name is null || (Name.Length is > 0 and <= 256 && Storage.StorableText.IsClean(Name)),
            "must have 1 to 256 characters");
        Check("run_id", RunId is null || Identifier.IsValid(RunId), Identifier.Rule);
        Check("experiment_id", ExperimentId is null || Identifier.IsValid(ExperimentId), Identifier.Rule);
        Check("experiment_id", ExperimentId is null || RunId is null, "must be omitted when run_id is given");
        if (Kind is { } kind)
        {
            Require("metric", Metric, kind is AlertKind.Above or AlertKind.Below or AlertKind.Plateau, kind is AlertKind.Nan);
            Require("threshold", Threshold, kind is AlertKind.Above or AlertKind.Below);
            Require("points", Points, needed: false, kind is AlertKind.Above or AlertKind.Below or AlertKind.Nan);
            Require("direction", Direction, needed: false, kind is AlertKind.Plateau);
            Require("min_delta", MinDelta, needed: false, kind is AlertKind.Plateau);
            Require("patience_steps", PatienceSteps, kind is AlertKind.Plateau);
            Require("after_seconds", AfterSeconds, needed: false, kind is AlertKind.Stalled);
        }
        Check("metric", Metric is null || PointWriter.IsName(Metric), $"must have 1 to {PointWriter.MaxNameCharacters} characters");
        Check("threshold", Threshold is null || double.IsFinite(Threshold.Value), "must be a finite number");
        Check("points", Points is null or (>= 1 and <= MaxPoints), $"must be from 1 to {MaxPoints}");
        Check("points", Points is null or <= 1 || Metric is not null || Kind is not AlertKind.Nan,
            "can exceed 1 only when metric is given");
        Check("min_delta", MinDelta is null || (double.IsFinite(MinDelta.Value) && MinDelta >= 0), "must be a finite number, at least 0");
        Check("patience_steps", PatienceSteps is null or (>= 1 and <= WholeNumber.Max), WholeNumber.Rule(1));
        Check("after_seconds", AfterSeconds is null or (>= 1 and <= 31_536_000), "must be from 1 to 31536000");
        Check("webhook_url", WebhookUrl is null || WebAddress.IsValid(WebhookUrl), WebAddress.Rule);
        return problems;

        void Check(string field, bool holds, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }

        void Require(string field, object? value, bool needed, bool allowed = false)
        {
            Check(field, value is not null || !needed, $"is required for kind {Word(Kind)}");
            Check(field, value is null || needed || allowed, $"must be omitted for kind {Word(Kind)}");
        }
    }

    private static string Word(AlertKind? kind) => kind.ToString()?.ToLowerInvariant() ?? "";
}
