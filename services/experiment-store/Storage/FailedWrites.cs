namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// Whether the database lately failed to take a write. A full disk still lets the store connect and read, so only a write shows it.
/// </summary>
internal sealed class FailedWrites(TimeProvider time)
{
    // With nobody who writes, nobody can say that it is over.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private long failedAt;

    /// <summary>Whether the last write failed, a few seconds ago at most.</summary>
    public bool Lately => Interlocked.Read(ref failedAt) is not 0 and var at && time.GetElapsedTime(at) < Remembered;

    public void Failed() => Interlocked.Exchange(ref failedAt, time.GetTimestamp());

    public void Succeeded() => Interlocked.Exchange(ref failedAt, 0);
}
