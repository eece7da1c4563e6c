using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Live.Streams;

/// <summary>Counts open event streams, and refuses more than there may be.</summary>
internal sealed class OpenStreams(IOptions<LiveOptions> options)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> perCaller = new(StringComparer.Ordinal);
    private int open;

    /// <summary>Counts a stream until the result is disposed.</summary>
    /// <exception cref="TrainyardException">RATE_LIMITED: there are too many.</exception>
    public IDisposable Open(Caller caller)
    {
        lock (gate)
        {
            if (open >= options.Value.MaxStreams)
            {
                throw TooMany($"{open} event streams are open, the most there may be (LIVE__MAX_STREAMS).");
            }
            var own = perCaller.GetValueOrDefault(caller.Id);
            if (own >= options.Value.MaxStreamsPerKey)
            {
                throw TooMany($"This API key has {own} event streams open, the most it may have (LIVE__MAX_STREAMS_PER_KEY).");
            }
            (open, perCaller[caller.Id]) = (open + 1, own + 1);
            return new OpenStream(this, caller.Id);
        }
    }

    private static TrainyardException TooMany(string message) =>
        new(ErrorCode.RateLimited, $"{message} Close one, or follow several runs with one stream.") { RetryAfter = RetryAfter };

    private void Close(string callerId)
    {
        lock (gate)
        {
            open--;
            if (--perCaller[callerId] == 0)
            {
                perCaller.Remove(callerId);
            }
        }
    }

    private sealed class OpenStream(OpenStreams streams, string callerId) : IDisposable
    {
        private int closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref closed, 1) == 0)
            {
                streams.Close(callerId);
            }
        }
    }
}
