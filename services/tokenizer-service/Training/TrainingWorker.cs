using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>Trains one tokenizer after the other. At start it takes up what an earlier process left unfinished, oldest first.</summary>
internal sealed class TrainingWorker(TokenizerCatalog catalog, TrainingQueue queue, TokenizerTraining training, ILogger<TrainingWorker> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        foreach (var unfinished in catalog.List().Reverse().Where(IsUnfinished))
        {
            queue.Enqueue(unfinished.TokenizerId);
        }
        await foreach (var tokenizerId in queue.DequeueAllAsync(stoppingToken))
        {
            // What has been waiting is handed out even after the token is cancelled.
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            var running = queue.Begin(tokenizerId, stoppingToken);
            try
            {
                // It may have been deleted, or have been found at start and posted at the same time.
                if (catalog.Find(tokenizerId) is { } manifest && IsUnfinished(manifest))
                {
                    await training.RunAsync(manifest, running);
                }
            }
            catch (OperationCanceledException) when (running.Stopping.IsCancellationRequested)
            {
                logger.LogInformation("Training tokenizer {TokenizerId} stopped", tokenizerId);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A failure of the training is in its manifest; what comes here is a manifest that could not be read or written.
                logger.LogError(exception, "Training tokenizer {TokenizerId} could not be recorded", tokenizerId);
            }
            finally
            {
                queue.End(running);
            }
        }
    }

    private static bool IsUnfinished(TokenizerManifest manifest) => manifest.Status is TokenizerStatus.Queued or TokenizerStatus.Training;
}
