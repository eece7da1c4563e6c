using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>Set when a line of the run was committed, its status changed, or either may have been missed.</summary>
internal sealed class LogSignal(string runId) : ILiveListener
{
    private readonly AsyncSignal signal = new(TimeProvider.System);

    public void Hear(Announcement news)
    {
        if (news.Message is Resync || (news.Message is LogUpdate or StatusChange && news.Message.Topic == runId))
        {
            signal.Set();
        }
    }

    /// <summary>Returns when the signal is set, the time is up or the server stops.</summary>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async Task WaitAsync(TimeSpan longest, CancellationToken stopping, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        try
        {
            await signal.WaitAsync(longest, either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // The server stops: the caller looks once more and ends.
        }
    }
}
