using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>
/// The tokenizers that wait, in order, and the one that trains. Nothing here needs to outlive the process: the manifests say what is unfinished.
/// </summary>
internal sealed class TrainingQueue(IOptions<TokenizerOptions> options)
{
    private readonly Channel<string> waiting = Channel.CreateUnbounded<string>();
    private readonly Lock gate = new();
    private RunningTraining? running;

    /// <exception cref="TrainyardException">UNAVAILABLE when too many wait already.</exception>
    public void RequireRoom()
    {
        if (waiting.Reader.Count >= options.Value.QueueLimit)
        {
            throw new TrainyardException(ErrorCode.Unavailable, $"{options.Value.QueueLimit} tokenizers wait to be trained already (TOKENIZERS__QUEUE_LIMIT).")
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            };
        }
    }

    public void Enqueue(string tokenizerId) => waiting.Writer.TryWrite(tokenizerId);

    public IAsyncEnumerable<string> DequeueAllAsync(CancellationToken cancellationToken) => waiting.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Marks a tokenizer as the one that trains.</summary>
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

    /// <summary>Ends the tokenizer's training if it is the one that trains, and waits until it has ended.</summary>
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
