using System.Threading.Channels;
using Trainyard.ExperimentStore.Live;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>Rings when a line of the run was committed, its status changed, or either may have been missed.</summary>
internal sealed class LogBell(string runId) : ILiveListener
{
    private readonly Channel<bool> rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Hear(Announcement news)
    {
        if (news.Message is Resync || (news.Message is LogUpdate or StatusChange && news.Message.Topic == runId))
        {
            rung.Writer.TryWrite(true);
        }
    }

    public async Task WaitAsync(TimeSpan longest, CancellationToken stopping, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        patience.CancelAfter(longest);
        try
        {
            await rung.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // Time to look, bell or no bell.
        }
    }
}
