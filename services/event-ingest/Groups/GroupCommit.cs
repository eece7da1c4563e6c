using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Bodies;
using Trainyard.EventIngest.Delivery;
using Trainyard.EventIngest.Telemetry;

namespace Trainyard.EventIngest.Groups;

/// <summary>
/// Makes requests durable in groups: requests that arrive within the linger time become one message. One group is gathered at a time,
/// while several are in flight.
/// </summary>
internal sealed class GroupCommit(
    IOptions<IngestOptions> options, IDelivery delivery, IngestTelemetry telemetry, TimeProvider time, ILogger<GroupCommit> logger)
    : BackgroundService
{
    private readonly IngestOptions limits = options.Value;
    private readonly SemaphoreSlim gathering = new(1);
    private readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.Value.MaxPendingRequests));

    /// <summary>Returns once the request is durable: its outcome, or null if only the store will know it.</summary>
    /// <exception cref="TrainyardException">
    /// RATE_LIMITED if the queue is full, BACKEND_UNAVAILABLE or UNAVAILABLE if the request could not be made durable, OUTCOME_UNKNOWN if
    /// that is uncertain.
    /// </exception>
    /// <param name="request">The request to store.</param>
    /// <param name="weight">Estimated message size, in bytes.</param>
    /// <param name="share">The request's memory share, released when the request leaves the queue.</param>
    /// <param name="cancellationToken">Cancels the wait; the request is stored nevertheless.</param>
    public async Task<RequestOutcome?> CommitAsync(
        AcceptedRequest request, long weight, ByteBudget.Share share, CancellationToken cancellationToken)
    {
        MessageSize.Require(request.Events, weight, limits.MaxMessageBytes);
        var pending = new Pending(request, weight, share);
        share.HandOver();
        if (!queue.Writer.TryWrite(pending))
        {
            share.TakeBack();
            throw new TrainyardException(
                ErrorCode.RateLimited, "Too many requests are waiting to be stored (INGEST__MAX_PENDING_REQUESTS). Try again.")
            { RetryAfter = TimeSpan.FromSeconds(1) };
        }
        return await pending.DurableAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, limits.GroupsInFlight).Select(_ => CommitGroupsAsync(stoppingToken)));

    public override void Dispose()
    {
        gathering.Dispose();
        base.Dispose();
    }

    private async Task CommitGroupsAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            List<Pending> group;
            await gathering.WaitAsync(stoppingToken);
            try
            {
                group = await GatherAsync(stoppingToken);
            }
            finally
            {
                gathering.Release();
            }
            await CommitAsync(group);
        }
    }

    private async Task<List<Pending>> GatherAsync(CancellationToken stoppingToken)
    {
        var first = await queue.Reader.ReadAsync(stoppingToken);
        List<Pending> group = [first];
        var (events, weight) = (first.Request.Events.Count, first.Weight);
        var linger = limits.Linger.TotalMilliseconds;
        for (var waited = 0; ; waited++)
        {
            while (queue.Reader.TryPeek(out var next))
            {
                if (events + next.Request.Events.Count > limits.GroupEvents
                    || weight + next.Weight > limits.MaxMessageBytes / MessageSize.MaxEscaping)
                {
                    return group;
                }
                group.Add(await queue.Reader.ReadAsync(stoppingToken));
                events += next.Request.Events.Count;
                weight += next.Weight;
            }
            if (delivery.Groups || waited >= linger)
            {
                return group;
            }
            // Polling every millisecond is far cheaper than waking up for every request.
            await Task.Delay(1, stoppingToken);
        }
    }

    private async Task CommitAsync(List<Pending> group)
    {
        var started = time.GetTimestamp();
        using var activity = telemetry.StartGroup(group);
        using var timeout = new CancellationTokenSource(limits.DurableWithin);
        var batch = new EventBatch(Guid.CreateVersion7(), time.GetUtcNow(), [.. group.Select(pending => pending.Request)]);
        try
        {
            var outcomes = await delivery.DeliverAsync(batch, timeout.Token);
            for (var index = 0; index < group.Count; index++)
            {
                group[index].Succeed(outcomes[index]);
            }
            telemetry.Committed(batch, time.GetElapsedTime(started));
        }
        catch (BatchRefusedException) when (group.Count > 1)
        {
            // Retry one by one, so that one bad request doesn't fail the others.
            await Task.WhenAll(group.Select(pending => CommitAsync([pending])));
        }
        catch (Exception exception)
        {
            var (code, reason) = exception is TrainyardException known
                ? (known.Code, known.Message)
                : (ErrorCode.BackendUnavailable, "The events can't be stored now. Send them again under the same Idempotency-Key.");
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            logger.LogWarning(
                exception, "A batch of {Requests} requests could not be made durable: {ErrorCode}", group.Count, code.WireName());
            group.ForEach(pending => pending.Fail(code, reason));
        }
    }
}
