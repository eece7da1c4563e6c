namespace Trainyard.Contracts.Events;

/// <summary>The sender of a request. Set by the service that accepts the request, never read from its body.</summary>
/// <param name="Namespace">Scope of the sender's idempotency keys; null for callers without an API key of their own.</param>
/// <param name="Worker">The claim under which a worker writes to its run; null for external senders.</param>
public sealed record EventSender(string? Namespace = null, WorkerClaim? Worker = null);

/// <summary>A worker's claim to a run, granted by the store.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt it trains.</param>
public sealed record WorkerClaim(string WorkerId, string RunId, int Attempt);
