using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>
/// Idempotency keys of the last minutes with the hashes of their bodies, so that a reused key is rejected at once. The store checks keys
/// that are not remembered here.
/// </summary>
internal sealed class RecentKeys(TimeProvider clock)
{
    private const int MaxKeys = 50_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    // Two generations: when the younger is full or old, it replaces the elder.
    private Dictionary<(string? Sender, string Key), long> younger = [];
    private Dictionary<(string? Sender, string Key), long> elder = [];
    private long began = clock.GetTimestamp();

    /// <summary>Whether another body was accepted under this request's key.</summary>
    public bool IsReused(AcceptedRequest request)
    {
        if (request is not { Key: { } key, BodyHash: { } hash })
        {
            return false;
        }
        lock (gate)
        {
            Age();
            var name = (request.Sender?.Namespace, key);
            return (younger.TryGetValue(name, out var known) || elder.TryGetValue(name, out known)) && known != hash;
        }
    }

    public void Add(IReadOnlyList<AcceptedRequest> requests)
    {
        lock (gate)
        {
            foreach (var request in requests)
            {
                if (request is { Key: { } key, BodyHash: { } hash })
                {
                    younger[(request.Sender?.Namespace, key)] = hash;
                }
            }
            Age();
        }
    }

    private void Age()
    {
        if (younger.Count > MaxKeys || clock.GetElapsedTime(began) > MaxAge)
        {
            (elder, younger, began) = (younger, [], clock.GetTimestamp());
        }
    }
}
