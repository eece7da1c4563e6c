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
/// Makes requests durable together: what arrives within the linger becomes one message. One group is gathered at a time while
/// several are on their way.
/// </summary>
internal sealed class GroupCommit(IOptions<IngestOptions> options, IDelivery delivery, IngestTelemetry telemetry, TimeProvider time, ILogger<GroupCommit> logger)
    : BackgroundService
{
    private readonly IngestOptions limits = options.Value;
    private readonly SemaphoreSlim gathering = new(1);
    private readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.Value.MaxPendingRequests));

    /// <summary>Returns once the request is durable: what became of it, or null when the store has yet to say.</summary>
    /// <exception cref="TrainyardException">
    /// RATE_LIMITED when too much waits already, BACKEND_UNAVAILABLE or UNAVAILABLE when it could not be made durable, OUTCOME_UNKNOWN when nobody
    /// said whether it is.
    /// </exception>
    /// <param name="request">What is to be stored.</param>
    /// <param name="weight">About its size as a message, in bytes.</param>
    /// <param name="share">The memory it holds, given back when it need not wait any more.</param>
    /// <param name="cancellationToken">Stops waiting for it; it is stored all the same.</param>
    public async Task<RequestOutcome?> CommitAsync(AcceptedRequest request, long weight, ByteBudget.Share share, CancellationToken cancellationToken)
    {
        MessageSize.Require(request.Events, weight, limits.MaxMessageBytes);
        var pending = new Pending(request, weight, share);
        share.HandOver();
        if (!queue.Writer.TryWrite(pending))
        {
            share.TakeBack();
            throw new TrainyardException(
                ErrorCode.RateLimited, "Too many requests wait to be stored (INGEST__MAX_PENDING_REQUESTS).")
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
        for (var waited = 0; ; waited++)
        {
            while (queue.Reader.TryPeek(out var next))
            {
                if (events + next.Request.Events.Count > limits.GroupEvents || weight + next.Weight > limits.MaxMessageBytes / MessageSize.MaxEscaping)
                {
                    return group;
                }
                group.Add(await queue.Reader.ReadAsync(stoppingToken));
                events += next.Request.Events.Count;
                weight += next.Weight;
            }
            if (delivery.Groups || waited >= limits.LingerMs)
            {
                return group;
            }
            // Looking once a millisecond costs far less than being woken by every request.
            await Task.Delay(1, stoppingToken);
        }
    }

    private async Task CommitAsync(List<Pending> group)
    {
        var started = time.GetTimestamp();
        using var activity = telemetry.StartGroup(group);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(limits.DurableWithinMs));
        var batch = new EventBatch(Guid.CreateVersion7(), time.GetUtcNow(), [.. group.Select(pending => pending.Request)]);
        try
        {
            var outcomes = await delivery.DeliverAsync(batch, patience.Token);
            for (var index = 0; index < group.Count; index++)
            {
                group[index].Succeed(outcomes[index]);
            }
            telemetry.Committed(batch, time.GetElapsedTime(started));
        }
        catch (BatchRefusedException) when (group.Count > 1)
        {
            // One request that the store can't take must not fail its neighbours.
            await Task.WhenAll(group.Select(pending => CommitAsync([pending])));
        }
        catch (Exception exception)
        {
            var (code, reason) = exception is TrainyardException known
                ? (known.Code, known.Message)
                : (ErrorCode.BackendUnavailable, "The events can't be stored now. Send them again under the same Idempotency-Key.");
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            logger.LogWarning(exception, "A batch of {Requests} requests did not become durable: {ErrorCode}", group.Count, code.WireName());
            group.ForEach(pending => pending.Fail(code, reason));
        }
    }
}
