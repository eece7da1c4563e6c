using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>Trains tokenizers one at a time. At startup it queues those an earlier process left unfinished, oldest first.</summary>
internal sealed class TrainingWorker(
    TokenizerCatalog catalog, TrainingQueue queue, TokenizerTraining training, ILogger<TrainingWorker> logger)
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
            // ReadAllAsync yields queued items even after cancellation.
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            var running = queue.Begin(tokenizerId, stoppingToken);
            try
            {
                // It may have been deleted, or queued twice: at startup and by a request.
                if (catalog.Find(tokenizerId) is { } manifest && IsUnfinished(manifest))
                {
                    await training.RunAsync(manifest, running);
                }
            }
            catch (OperationCanceledException) when (running.Stopping.IsCancellationRequested)
            {
                logger.LogInformation("Training of tokenizer {TokenizerId} was cancelled", tokenizerId);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Training failures are recorded in the manifest. Here the manifest itself could not be read or written.
                logger.LogError(exception, "The result of training tokenizer {TokenizerId} could not be saved", tokenizerId);
            }
            finally
            {
                queue.End(running);
            }
        }
    }

    private static bool IsUnfinished(TokenizerManifest manifest) => manifest.Status is TokenizerStatus.Queued or TokenizerStatus.Training;
}
