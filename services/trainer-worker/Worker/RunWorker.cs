using System.Diagnostics;
using MassTransit;
using Trainyard.Contracts;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Telemetry;
using Trainyard.TrainerWorker.Evaluation;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.Worker;

/// <summary>
/// Receives messages to train and to evaluate only while idle: its endpoint is connected while idle and stopped during a run. So a queued
/// run never waits behind a busy worker, and no message is held while it trains.
/// </summary>
internal sealed class RunWorker(
    IReceiveEndpointConnector endpoints, RunClaims claims, RunTrainer trainer, EvaluationRunner evaluator, AppPaths paths,
    ILogger<RunWorker> logger)
    : IHostedLifecycleService, IDisposable
{
    public const string Queue = EndpointNames.TrainModel;
    private static readonly Uri Exchange = new($"exchange:{Queue}");

    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource givingUp = new();
    private Task loop = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        loop = Task.Run(WorkAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    // Runs before any service stops, because the run's final event still goes out over the bus.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await using var timeout = cancellationToken.UnsafeRegister(_ => givingUp.Cancel(), null);
        await stopping.CancelAsync();
        try
        {
            await loop.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The worker did not stop in time: its work is left to another worker, once the lease expires");
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        paths.CreateArtifactsRoot();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        stopping.Dispose();
        givingUp.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await evaluator.RecoverAsync(stopping.Token);
                switch (await ReceiveAsync())
                {
                    case ClaimedRun run:
                        await trainer.TrainAsync(run, stopping.Token, givingUp.Token);
                        break;
                    case ClaimedEvaluation evaluation:
                        await evaluator.EvaluateAsync(evaluation, stopping.Token);
                        break;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                logger.LogInformation("The worker is shutting down");
            }
            catch (Exception exception)
            {
                // The lease expires and the store queues the run again. This worker continues after a pause.
                logger.LogError(exception, "The worker failed outside of training; continuing in 1 s");
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task<ClaimedWork> ReceiveAsync()
    {
        var claimed = new TaskCompletionSource<ClaimedWork>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoint = endpoints.ConnectReceiveEndpoint(Queue, (_, configurator) =>
        {
            configurator.PrefetchCount = 1;
            configurator.ConcurrentMessageLimit = 1;
            configurator.UseDurableQueue(Queue);
            configurator.Handler<TrainModel>(context => ReceiveAsync(context, claims.TryClaimAsync, claimed));
            configurator.Handler<EvaluateModel>(context => ReceiveAsync(context, claims.TryClaimAsync, claimed));
        });
        try
        {
            await endpoint.Ready.WaitAsync(stopping.Token);
            return await claimed.Task.WaitAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (!claimed.TrySetCanceled() && claimed.Task.IsCompletedSuccessfully)
        {
            return await claimed.Task;
        }
        finally
        {
            await endpoint.StopAsync(givingUp.Token);
        }
    }

    private static async Task ReceiveAsync<T>(
        ConsumeContext<T> context, Func<T, CancellationToken, Task<ClaimedWork?>> tryClaim, TaskCompletionSource<ClaimedWork> claimed)
        where T : class
    {
        if (claimed.Task.IsCompleted)
        {
            // Received while the endpoint was stopping: requeue it for an idle worker.
            await context.Forward(Exchange);
        }
        else if (await tryClaim(context.Message, context.CancellationToken) is { } work
            && !claimed.TrySetResult(work with { Call = CallOf(context) }))
        {
            await work.Lease.ReleaseAsync();
        }
    }

    private static WorkCall CallOf(ConsumeContext context) =>
        new(Activity.Current?.Context ?? default, context.Headers.Get<string>(RequestIds.Header));
}
