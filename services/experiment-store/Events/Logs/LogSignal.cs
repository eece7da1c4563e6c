using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>Set when a log line or status change of the run is committed, or when updates may have been lost.</summary>
internal sealed class LogSignal(string runId) : ILiveListener
{
    private readonly AsyncSignal signal = new(TimeProvider.System);

    public void Receive(Announcement announcement)
    {
        if (announcement.Message is Resync || (announcement.Message is LogUpdate or StatusChange && announcement.Message.Topic == runId))
        {
            signal.Set();
        }
    }

    /// <summary>Returns when the signal is set, the timeout expires or the server stops.</summary>
    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken stopping, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        try
        {
            await signal.WaitAsync(timeout, either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // The server stops. The caller reads once more and ends.
        }
    }
}
