using System.Threading.Channels;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>A training's events on their way to the worker. Reporting never blocks the training thread.</summary>
internal sealed class ReportedEvents : IAsyncDisposable
{
    private const int MaxBatch = 500;

    private readonly Channel<Entry> entries = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly ITrainingObserver observer;
    private readonly Task sending;

    public ReportedEvents(ITrainingObserver observer)
    {
        this.observer = observer;
        sending = Task.Run(SendAsync);
    }

    public void Report(TrainingEvent happened) => entries.Writer.TryWrite(new(happened, Sent: null));

    /// <summary>Returns the events that the store has not confirmed, once the worker has all that were reported.</summary>
    public ReadOnlyMemory<byte> Undelivered() => GetUndeliveredAsync().GetAwaiter().GetResult();

    /// <summary>Returns when the worker has everything reported so far.</summary>
    public async Task FlushAsync()
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (entries.Writer.TryWrite(new(Event: null, sent)))
        {
            await await Task.WhenAny(sent.Task, sending);
        }
        else
        {
            await sending;
        }
    }

    public async ValueTask DisposeAsync()
    {
        entries.Writer.TryComplete();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<ReadOnlyMemory<byte>> GetUndeliveredAsync()
    {
        await FlushAsync();
        return await observer.GetUndeliveredAsync();
    }

    private async Task SendAsync()
    {
        try
        {
            while (await entries.Reader.WaitToReadAsync())
            {
                var events = new List<TrainingEvent>();
                TaskCompletionSource? sent = null;
                while (sent is null && events.Count < MaxBatch && entries.Reader.TryRead(out var entry))
                {
                    sent = entry.Sent;
                    if (entry.Event is { } happened)
                    {
                        events.Add(happened);
                    }
                }
                if (events.Count > 0)
                {
                    await observer.ReportAsync(events);
                }
                sent?.SetResult();
            }
        }
        finally
        {
            entries.Writer.TryComplete();
        }
    }

    /// <summary>An event, or a request to be told when those before it are sent.</summary>
    private sealed record Entry(TrainingEvent? Event, TaskCompletionSource? Sent);
}
