using Trainyard.Contracts;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

internal sealed record NewAlert
{
    private const int MaxPoints = 10_000;

    public string? Name { get; init; }

    public AlertKind? Kind { get; init; }

    public string? RunId { get; init; }

    public string? ExperimentId { get; init; }

    public string? Metric { get; init; }

    public double? Threshold { get; init; }

    /// <summary>How many values in a row; 1 when left out.</summary>
    public int? Points { get; init; }

    /// <summary>Which way is better; <c>min</c> when left out.</summary>
    public AlertDirection? Direction { get; init; }

    public double? MinDelta { get; init; }

    public long? PatienceSteps { get; init; }

    public double? AfterSeconds { get; init; }

    /// <summary>An address each firing is posted to; that of <c>ALERTS__WEBHOOK_URL</c> when left out, if there is one.</summary>
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
        Check("name", Name is null || (Name.Length is > 0 and <= 256 && Storage.StorableText.IsClean(Name)), "must have 1 to 256 characters");
        Check("run_id", RunId is null || Identifier.IsValid(RunId), Identifier.Rule);
        Check("experiment_id", ExperimentId is null || Identifier.IsValid(ExperimentId), Identifier.Rule);
        Check("experiment_id", ExperimentId is null || RunId is null, "must be left out when there is a run_id");
        if (Kind is { } kind)
        {
            Needs("metric", Metric, kind is AlertKind.Above or AlertKind.Below or AlertKind.Plateau, kind is AlertKind.Nan);
            Needs("threshold", Threshold, kind is AlertKind.Above or AlertKind.Below);
            Needs("points", Points, needed: false, kind is AlertKind.Above or AlertKind.Below or AlertKind.Nan);
            Needs("direction", Direction, needed: false, kind is AlertKind.Plateau);
            Needs("min_delta", MinDelta, needed: false, kind is AlertKind.Plateau);
            Needs("patience_steps", PatienceSteps, kind is AlertKind.Plateau);
            Needs("after_seconds", AfterSeconds, needed: false, kind is AlertKind.Stalled);
        }
        Check("metric", Metric is null || PointWriter.IsName(Metric), $"must have 1 to {PointWriter.MaxNameCharacters} characters");
        Check("threshold", Threshold is null || double.IsFinite(Threshold.Value), "must be a finite number");
        Check("points", Points is null or (>= 1 and <= MaxPoints), $"must be from 1 to {MaxPoints}");
        Check("points", Points is null or <= 1 || Metric is not null || Kind is not AlertKind.Nan, "can be more than 1 only for one metric");
        Check("min_delta", MinDelta is null || (double.IsFinite(MinDelta.Value) && MinDelta >= 0), "must be a finite number from 0 up");
        Check("patience_steps", PatienceSteps is null or (>= 1 and <= PointWriter.FurthestStep), "must be from 1 to 2^53");
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

        void Needs(string field, object? value, bool needed, bool allowed = false)
        {
            Check(field, value is not null || !needed, $"is needed for kind {Word(Kind)}");
            Check(field, value is null || needed || allowed, $"has no meaning for kind {Word(Kind)}");
        }
    }

    private static string Word(AlertKind? kind) => kind.ToString()?.ToLowerInvariant() ?? "";
}
