using System.Collections.Concurrent;
using MassTransit;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>What the experiment store answers a worker, and what the worker told it.</summary>
internal sealed class FakeStore
{
    private readonly ConcurrentDictionary<string, RunClaimed> queued = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> holders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> claims = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EvaluationClaimed> evaluations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> over = new(StringComparer.Ordinal);
    private readonly List<RunEvent> events = [];

    /// <summary>How many of the next batches fail.</summary>
    public int Failures;

    /// <summary>Whether the ends of evaluations count.</summary>
    public bool EvaluationsCount { get; set; } = true;

    /// <summary>Who sent batches, in order.</summary>
    public ConcurrentQueue<EventSender?> Senders { get; } = [];

    /// <summary>Ends an attempt, as when its run went to another worker.</summary>
    public void EndAttempt(string runId)
    {
        over[runId] = true;
        queued.TryRemove(runId, out _);
    }

    /// <summary>How often a run was asked for.</summary>
    public int ClaimsOf(string runId) => claims.GetValueOrDefault(runId);

    /// <summary>Runs that are deleted.</summary>
    public ConcurrentDictionary<string, bool> Deleted { get; } = new(StringComparer.Ordinal);

    public void Queue(RunClaimed run)
    {
        holders.TryRemove(run.RunId, out _);
        queued[run.RunId] = run;
    }

    public object Claim(ClaimRun claim)
    {
        claims.AddOrUpdate(claim.RunId, 1, (_, count) => count + 1);
        return queued.TryGetValue(claim.RunId, out var run)
            && run.Attempt == claim.Attempt
            && holders.GetOrAdd(claim.RunId, claim.WorkerId) == claim.WorkerId
            ? run
            : new ClaimRefused(claim.RunId, "It is not queued.");
    }

    /// <summary>How evaluations ended, each as often as the worker said so.</summary>
    public ConcurrentQueue<EvaluationEnded> Ended { get; } = [];

    public void Queue(EvaluationClaimed evaluation) => evaluations[evaluation.EvaluationId] = evaluation;

    /// <returns>How many of its events did not count.</returns>
    public int Store(EventBatch batch)
    {
        if (Interlocked.Decrement(ref Failures) >= 0)
        {
            throw new InvalidOperationException("The database is away.");
        }

        lock (events)
        {
            batch.Requests.ToList().ForEach(request => Senders.Enqueue(request.Sender));
            if (batch.Requests.SelectMany(request => request.Events)
                .Count(runEvent => over.ContainsKey(runEvent.RunId)) is > 0 and var refused)
            {
                return refused;
            }
            foreach (var request in batch.Requests.Where(request => request.Key is null || keys.TryAdd(request.Key, true)))
            {
                events.AddRange(request.Events);
                // A run that ended is nobody's to claim.
                foreach (var stop in request.Events.OfType<RunStopped>())
                {
                    queued.TryRemove(stop.RunId, out _);
                }
            }
            return 0;
        }
    }

    public IReadOnlyList<RunEvent> EventsOf(string runId)
    {
        lock (events)
        {
            return [.. events.Where(runEvent => runEvent.RunId == runId)];
        }
    }

    internal sealed class ClaimConsumer(FakeStore store) : IConsumer<ClaimRun>
    {
        public Task Consume(ConsumeContext<ClaimRun> context) =>
            store.Claim(context.Message) is RunClaimed claimed ? context.RespondAsync(
                claimed) : context.RespondAsync(new ClaimRefused(context.Message.RunId, "It is not queued."));
    }

    internal sealed class FindConsumer(FakeStore store) : IConsumer<FindRun>
    {
        public Task Consume(ConsumeContext<FindRun> context)
        {
            var id = context.Message.RunId;
            return context.RespondAsync(new RunFound(id, !store.Deleted.ContainsKey(id)));
        }
    }

    internal sealed class EventConsumer(FakeStore store) : IConsumer<EventBatch>
    {
        public Task Consume(ConsumeContext<EventBatch> context)
        {
            var refused = store.Store(context.Message);
            return context.RespondAsync(new EventsStored(context.Message.BatchId, context.Message.Requests.Count, 0, refused));
        }
    }

    internal sealed class EvaluationClaimConsumer(FakeStore store) : IConsumer<ClaimEvaluation>
    {
        public Task Consume(ConsumeContext<ClaimEvaluation> context)
        {
            var claim = context.Message;
            return store.evaluations.TryGetValue(claim.EvaluationId, out var evaluation)
                && store.holders.GetOrAdd(claim.EvaluationId, claim.WorkerId) == claim.WorkerId
                ? context.RespondAsync(evaluation)
                : context.RespondAsync(new ClaimRefused(claim.EvaluationId, "It is not queued."));
        }
    }

    internal sealed class EvaluationEndedConsumer(FakeStore store) : IConsumer<EvaluationEnded>
    {
        public Task Consume(ConsumeContext<EvaluationEnded> context)
        {
            lock (store.events)
            {
                store.events.AddRange(context.Message.Events ?? []);
            }
            store.Ended.Enqueue(context.Message);
            store.evaluations.TryRemove(context.Message.EvaluationId, out _);
            return context.RespondAsync(new EvaluationRecorded(context.Message.EvaluationId) { Counts = store.EvaluationsCount });
        }
    }
}
