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
/// Sends queued runs and evaluations to workers. A message that the bus can't take is dropped: the database has the queue, and the
/// reconciler sends it again.
/// </summary>
internal sealed class WakeUpSender(IBus bus, IHttpContextAccessor http, StoreTelemetry telemetry, ILogger<WakeUpSender> logger)
    : BackgroundService, IAfterCommit
{
    // The exchange that the workers' queue binds to. Sending to the queue would declare it without the workers' settings.
    private static readonly Uri Workers = new($"exchange:{EndpointNames.TrainModel}");
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

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
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            timeout.CancelAfter(SendTimeout);
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
                }), timeout.Token).WaitAsync(timeout.Token);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                logger.LogWarning("Could not send {Call} to the workers; the reconciler will send it again: {Fault}",
                    call.Message, exception.Message);
            }
        }
    }

    /// <param name="Message">The message to a worker.</param>
    /// <param name="Trace">The span of the request that caused it, if there was one.</param>
    /// <param name="RequestId">The id of that request.</param>
    private sealed record Call(object Message, ActivityContext Trace, string? RequestId);
}
