namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// Tracks whether the database recently failed to take a write. With a full disk the store can still connect and read.
/// </summary>
internal sealed class FailedWrites(TimeProvider time)
{
    // Without further writes nothing clears the failure, so it expires.
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(10);

    private long failedAt;

    /// <summary>True if the last write failed in the last few seconds.</summary>
    public bool Recently => Interlocked.Read(ref failedAt) is not 0 and var at && time.GetElapsedTime(at) < Expiry;

    public void Failed() => Interlocked.Exchange(ref failedAt, time.GetTimestamp());

    public void Succeeded() => Interlocked.Exchange(ref failedAt, 0);
}
