using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.Bodies;

/// <summary>The bytes that all requests together may hold, so that many large ones wait outside instead of filling the memory.</summary>
internal sealed class ByteBudget(IOptions<IngestOptions> options)
{
    private long taken;

    public Share Open() => new(this);

    /// <summary>What one request holds of it; given back when disposed.</summary>
    public sealed class Share(ByteBudget budget) : IDisposable
    {
        private long held;

        /// <exception cref="TrainyardException">UNAVAILABLE when the budget is spent.</exception>
        public void Grow(long bytes)
        {
            if (Interlocked.Add(ref budget.taken, bytes) > budget.Limit)
            {
                Interlocked.Add(ref budget.taken, -bytes);
                throw new TrainyardException(
                    ErrorCode.Unavailable, "Too much is waiting to be stored (INGEST__MAX_PENDING_BYTES).")
                { RetryAfter = TimeSpan.FromSeconds(1) };
            }
            held += bytes;
        }

        public void Dispose() => Interlocked.Add(ref budget.taken, -held);
    }

    private long Limit { get; } = options.Value.MaxPendingBytes;
}
