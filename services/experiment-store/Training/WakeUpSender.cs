using System.Diagnostics;
using System.Threading.Channels;
using MassTransit;
using Trainyard.Contracts;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.ExperimentStore.Training;

/// <summary>
/// Calls workers to queued runs and evaluations. The database remembers which wait, so a call the bus can't take now is dropped: the
/// reconciler makes it again.
/// </summary>
internal sealed class WakeUpSender(IBus bus, IHttpContextAccessor http, StoreTelemetry telemetry, ILogger<WakeUpSender> logger)
    : BackgroundService, IAfterCommit
{
    // The exchange the workers' queue binds to: sending to the queue would declare it, without the workers' settings.
    private static readonly Uri Workers = new($"exchange:{EndpointNames.TrainModel}");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<Call> calls = Channel.CreateBounded<Call>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        foreach (var message in outgoing.Where(message => message is TrainModel or EvaluateModel))
        {
            calls.Writer.TryWrite(new(message, Activity.Current?.Context ?? default, http.HttpContext?.TraceIdentifier));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var call in calls.Reader.ReadAllAsync(stoppingToken))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(Patience);
            using var activity = telemetry.StartCall(call.Trace);
            try
            {
                var endpoint = await bus.GetSendEndpoint(Workers);
                await endpoint.Send(call.Message, Pipe.Execute<SendContext>(context =>
                {
                    if (call.RequestId is { } requestId)
                    {
                        context.Headers.Set(RequestIds.Header, requestId);
                    }
                }), patience.Token).WaitAsync(patience.Token);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                logger.LogWarning("Message {Call} could not be sent; retrying: {Fault}", call.Message, exception.Message);
            }
        }
    }

    /// <param name="Message">What a worker is told.</param>
    /// <param name="Trace">The span of the request that made the call, if one did.</param>
    /// <param name="RequestId">Its id.</param>
    private sealed record Call(object Message, ActivityContext Trace, string? RequestId);
}
