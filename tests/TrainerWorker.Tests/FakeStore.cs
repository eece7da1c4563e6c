using System.Collections.Concurrent;
using MassTransit;
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
    private readonly List<RunEvent> events = [];

    /// <summary>How many of the next batches fail.</summary>
    public int Failures;

    /// <summary>How often a run was asked for.</summary>
    public int ClaimsOf(string runId) => claims.GetValueOrDefault(runId);

    public void Queue(RunClaimed run)
    {
        holders.TryRemove(run.RunId, out _);
        queued[run.RunId] = run;
    }

    public object Claim(ClaimRun claim)
    {
        claims.AddOrUpdate(claim.RunId, 1, (_, count) => count + 1);
        return queued.TryGetValue(claim.RunId, out var run) && run.Attempt == claim.Attempt && holders.GetOrAdd(claim.RunId, claim.WorkerId) == claim.WorkerId
            ? run
            : new ClaimRefused(claim.RunId, "It is not queued.");
    }

    public void Store(EventBatch batch)
    {
        if (Interlocked.Decrement(ref Failures) >= 0)
            throw new InvalidOperationException("The database is away.");

        lock (events)
        {
            foreach (var request in batch.Requests.Where(request => request.Key is null || keys.TryAdd(request.Key, true)))
            {
                events.AddRange(request.Events);
                // A run that ended is nobody's to claim.
                foreach (var stop in request.Events.OfType<RunStopped>())
                    queued.TryRemove(stop.RunId, out _);
            }
        }
    }

    public IReadOnlyList<RunEvent> EventsOf(string runId)
    {
        lock (events)
            return [.. events.Where(one => one.RunId == runId)];
    }

    internal sealed class ClaimConsumer(FakeStore store) : IConsumer<ClaimRun>
    {
        public Task Consume(ConsumeContext<ClaimRun> context) =>
            store.Claim(context.Message) is RunClaimed claimed ? context.RespondAsync(claimed) : context.RespondAsync(new ClaimRefused(context.Message.RunId, "It is not queued."));
    }

    internal sealed class EventConsumer(FakeStore store) : IConsumer<EventBatch>
    {
        public Task Consume(ConsumeContext<EventBatch> context)
        {
            store.Store(context.Message);
            return context.RespondAsync(new EventsStored(context.Message.BatchId, context.Message.Requests.Count, 0));
        }
    }
}
