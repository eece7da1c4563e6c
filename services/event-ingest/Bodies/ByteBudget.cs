using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.Bodies;

/// <summary>
/// The bytes that all requests together may hold, so that many large ones wait outside instead of filling the memory. No sender holds more than
/// half of it with several requests, so that one who sends slowly or much leaves room for others.
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
            foreach (var idle in senders.Where(one => Volatile.Read(ref one.Value.Held) == 0))
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

    /// <summary>What one request holds of it. Given back when disposed, or, once it waits to be stored, when that is over.</summary>
    public sealed class Share : IDisposable
    {
        private readonly ByteBudget budget;
        private readonly Sender sender;
        private long held;
        private bool waits;

        internal Share(ByteBudget budget, Sender sender) => (this.budget, this.sender) = (budget, sender);

        /// <exception cref="TrainyardException">UNAVAILABLE when the budget is spent, PAYLOAD_TOO_LARGE when this request alone would spend it.</exception>
        public void Grow(long bytes)
        {
            var own = held + bytes;
            if (own > budget.Limit)
            {
                throw new TrainyardException(
                    ErrorCode.PayloadTooLarge, $"The events need more than {budget.Limit} bytes of memory (INGEST__MAX_PENDING_BYTES). Send them in parts.");
            }
            var (all, ofSender) = (Interlocked.Add(ref budget.taken, bytes), Interlocked.Add(ref sender.Held, bytes));
            if (all > budget.Limit || (ofSender > own && ofSender > budget.Limit / 2))
            {
                Take(-bytes);
                throw new TrainyardException(ErrorCode.Unavailable, all > budget.Limit
                    ? "Too much is waiting to be stored (INGEST__MAX_PENDING_BYTES)."
                    : "Too much of this sender's is waiting to be stored (half of INGEST__MAX_PENDING_BYTES).")
                { RetryAfter = TimeSpan.FromSeconds(1) };
            }
            held = own;
        }

        /// <summary>From now on the share belongs to what waits in the queue, whether or not the request's sender still does.</summary>
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
