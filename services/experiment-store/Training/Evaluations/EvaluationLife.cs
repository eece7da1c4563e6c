using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>The state transitions of an evaluation.</summary>
internal static class EvaluationLife
{
    private const int MaxAttempts = 3;

    /// <summary>Queued and running evaluations.</summary>
    public static IQueryable<Evaluation> Open(this DbSet<Evaluation> evaluations) =>
        evaluations.Where(evaluation => evaluation.Status == RunStatus.Queued || evaluation.Status == RunStatus.Running);

    /// <summary>The delay of a queued evaluation's next offer.</summary>
    public static TimeSpan OfferDelay(this Evaluation evaluation, RunOptions options) => evaluation switch
    {
        { Offers: > 0 } => options.OfferPause(evaluation.Offers - 1),
        { Attempt: > 1 } => options.RetryPause(evaluation.Attempt - 2),
        _ => TimeSpan.Zero,
    };

    /// <summary>Offers a queued evaluation to workers, and schedules the next offer.</summary>
    public static void Offer(this Evaluation evaluation, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        db.Outgoing.Add(new EvaluateModel(evaluation.Id, evaluation.RunId, evaluation.Attempt));
        evaluation.OfferAt = now + options.OfferPause(evaluation.Offers);
        evaluation.Offers++;
    }

    public static void Claim(this Evaluation evaluation, string workerId, DateTimeOffset now)
    {
        evaluation.Status = RunStatus.Running;
        evaluation.WorkerId = StorableText.Clean(workerId, 256);
        evaluation.StartedAt = now;
        evaluation.OfferAt = null;
        evaluation.Message = null;
    }

    public static void Complete(this Evaluation evaluation, string metrics, string message, DateTimeOffset now)
    {
        evaluation.Metrics = metrics;
        evaluation.End(RunStatus.Completed, message, errorKind: null, errorCode: null, now);
    }

    /// <param name="evaluation">The evaluation.</param>
    /// <param name="message">Why it failed.</param>
    /// <param name="errorKind">The class of failure.</param>
    /// <param name="errorCode">What failed; MODEL_TRAIN_FAILED when null.</param>
    /// <param name="now">The time.</param>
    public static void Fail(this Evaluation evaluation, string message, string errorKind, string? errorCode, DateTimeOffset now) =>
        evaluation.End(RunStatus.Failed, message, errorKind, errorCode ?? ErrorCode.ModelTrainFailed.WireName(), now);

    /// <summary>Queues it again, or fails it after the last attempt.</summary>
    public static void TryAgain(
        this Evaluation evaluation, string message, string? errorCode, RunOptions options, DateTimeOffset now)
    {
        if (evaluation.Attempt >= MaxAttempts)
        {
            evaluation.Fail($"failed after {evaluation.Attempt} attempts; the last: {message}", ErrorKinds.Transient, errorCode, now);
            return;
        }
        evaluation.Message = StorableText.Clean(message, 4096);
        evaluation.Status = RunStatus.Queued;
        evaluation.WorkerId = null;
        evaluation.OfferAt = now + options.RetryPause(evaluation.Attempt - 1);
        evaluation.Offers = 0;
        evaluation.Attempt++;
    }

    private static void End(
        this Evaluation evaluation, RunStatus how, string message, string? errorKind, string? errorCode, DateTimeOffset now)
    {
        evaluation.Status = how;
        evaluation.Message = StorableText.Clean(message, 4096);
        evaluation.ErrorKind = errorKind;
        evaluation.ErrorCode = StorableText.CleanOrNull(errorCode, 64);
        evaluation.OfferAt = null;
        evaluation.EndedAt = now;
    }
}
