using Microsoft.Extensions.Options;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Runs;

/// <summary>Applies training events to the runs, and stores the changes at most once per edit of a message.</summary>
internal sealed class RunFollower(
    EventListener listener, RunBook book, CatchUp catchUp, SchemaMigration schema, IOptions<NotifierOptions> options,
    ILogger<RunFollower> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.CompletedAsync(stoppingToken);
        await book.LoadAsync(stoppingToken);
        await listener.SubscribeAsync(stoppingToken);
        while (await listener.Events.WaitToReadAsync(stoppingToken))
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "The progress of runs could not be stored. It is stored with the next event");
            }
        }
    }

    /// <summary>Applies events for the time between two edits, or until one that is shown at once.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        until.CancelAfter(options.Value.EditEvery);
        try
        {
            var atOnce = false;
            while (!atOnce && await listener.Events.WaitToReadAsync(until.Token))
            {
                while (listener.Events.TryRead(out var happened))
                {
                    atOnce |= await book.ApplyAsync(happened, cancellationToken);
                    if (happened is TrainCompleted or TrainFailed or TrainStopped)
                    {
                        catchUp.AskSoon(happened.RunId);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time between two edits is over.
        }
        await book.SaveAsync(cancellationToken);
    }
}
