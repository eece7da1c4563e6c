namespace Trainyard.Contracts.Events;

/// <summary>Who sent a request. Set by whatever accepts the request, never read from its body.</summary>
/// <param name="Namespace">Within which the sender's idempotency keys count; null for callers without a key of their own.</param>
/// <param name="Worker">By what right it speaks for a run of our trainer; null for everybody outside.</param>
public sealed record EventSender(string? Namespace = null, WorkerClaim? Worker = null);

/// <summary>A worker's claim to a run, as the store has given it.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt it trains.</param>
public sealed record WorkerClaim(string WorkerId, string RunId, int Attempt);
