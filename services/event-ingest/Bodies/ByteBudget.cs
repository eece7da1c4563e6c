using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.Bodies;

/// <summary>
/// Limits the memory held by all requests together. The concurrent requests of one sender may hold at most half of it, so that a slow or
/// heavy sender leaves room for others.
/// </summary>
internal sealed class ByteBudget(IOptions<IngestOptions> options)
{
    private const int MaxSenders = 10_000;

    private readonly ConcurrentDictionary<string, Sender> senders = new(StringComparer.Ordinal);
    private long taken;

    private long Limit { get; } = options.Value.MaxPendingBytes;

    public Share Open(string sender)
    {
        if (senders.Count > MaxSenders)
        {
            foreach (var idle in senders.Where(sender => Volatile.Read(ref sender.Value.Held) == 0))
            {
                senders.TryRemove(idle);
            }
        }
        return new(this, senders.GetOrAdd(sender, static _ => new()));
    }

    internal sealed class Sender
    {
        public long Held;
    }

    /// <summary>
    /// One request's share of the budget. Released on dispose or, after <see cref="HandOver"/>, when the request has been stored or failed.
    /// </summary>
    public sealed class Share : IDisposable
    {
        private readonly ByteBudget budget;
        private readonly Sender sender;
        private long held;
        private bool waits;

        internal Share(ByteBudget budget, Sender sender) => (this.budget, this.sender) = (budget, sender);

        /// <exception cref="TrainyardException">
        /// UNAVAILABLE if the budget is exhausted, PAYLOAD_TOO_LARGE if this request alone exceeds it.
        /// </exception>
        public void Grow(long bytes)
        {
            var own = held + bytes;
            if (own > budget.Limit)
            {
                throw new TrainyardException(
                    ErrorCode.PayloadTooLarge,
                    $"The events need more than {budget.Limit} bytes of memory (INGEST__MAX_PENDING_BYTES). "
                    + "Send them in several requests.");
            }
            var (all, ofSender) = (Interlocked.Add(ref budget.taken, bytes), Interlocked.Add(ref sender.Held, bytes));
            if (all > budget.Limit || (ofSender > own && ofSender > budget.Limit / 2))
            {
                Take(-bytes);
                throw new TrainyardException(ErrorCode.Unavailable, all > budget.Limit
                    ? "Too many bytes are waiting to be stored (INGEST__MAX_PENDING_BYTES). Try again."
                    : "Too many bytes of this sender are waiting to be stored (half of INGEST__MAX_PENDING_BYTES). Try again.")
                { RetryAfter = TimeSpan.FromSeconds(1) };
            }
            held = own;
        }

        /// <summary>Transfers the share to the queued request, so that it outlives the HTTP request.</summary>
        public void HandOver() => waits = true;

        public void TakeBack() => waits = false;

        public void Dispose()
        {
            if (!waits)
            {
                GiveBack();
            }
        }

        public void GiveBack() => Take(-Interlocked.Exchange(ref held, 0));

        private void Take(long bytes)
        {
            Interlocked.Add(ref budget.taken, bytes);
            Interlocked.Add(ref sender.Held, bytes);
        }
    }
}
