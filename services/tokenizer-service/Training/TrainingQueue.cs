using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>
/// The queued tokenizers and the one in training. Not persisted: after a restart the queue is rebuilt from unfinished manifests.
/// </summary>
internal sealed class TrainingQueue(IOptions<TokenizerOptions> options)
{
    private readonly Channel<string> waiting = Channel.CreateUnbounded<string>();
    private readonly Lock gate = new();
    private RunningTraining? running;

    /// <exception cref="TrainyardException">UNAVAILABLE if the queue is full.</exception>
    public void RequireRoom()
    {
        if (waiting.Reader.Count >= options.Value.QueueLimit)
        {
            throw new TrainyardException(
                ErrorCode.Unavailable,
                $"The queue is full: {options.Value.QueueLimit} tokenizers are waiting (TOKENIZERS__QUEUE_LIMIT). Try again later.")
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            };
        }
    }

    public void Enqueue(string tokenizerId) => waiting.Writer.TryWrite(tokenizerId);

    public IAsyncEnumerable<string> DequeueAllAsync(CancellationToken cancellationToken) => waiting.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Registers the tokenizer now in training.</summary>
    public RunningTraining Begin(string tokenizerId, CancellationToken shutdown)
    {
        lock (gate)
        {
            return running = new(tokenizerId, shutdown);
        }
    }

    public void End(RunningTraining training)
    {
        lock (gate)
        {
            running = null;
        }
        training.End();
    }

    /// <summary>Cancels the tokenizer's training, if it is the one in training, and waits until it has ended.</summary>
    public Task StopAsync(string tokenizerId)
    {
        lock (gate)
        {
            return running?.TokenizerId == tokenizerId ? running.StopAsync() : Task.CompletedTask;
        }
    }

    public TokenizerManifest WithProgress(TokenizerManifest manifest)
    {
        var current = running;
        return manifest.Status is TokenizerStatus.Training && current?.TokenizerId == manifest.TokenizerId
            ? manifest with { Progress = current.Progress }
            : manifest;
    }
}
