namespace Trainyard.ExperimentStore.Storage;

/// <summary>Adds to a transaction that is about to commit.</summary>
internal interface IBeforeCommit
{
    /// <summary>Runs inside the transaction, which also commits its changes and announcements.</summary>
    ValueTask BeforeCommitAsync(StoreContext db, CancellationToken cancellationToken);
}

/// <summary>Sends what a transaction announced.</summary>
internal interface IAfterCommit
{
    /// <summary>Runs after the commit. Must not block or throw, since the write has already succeeded.</summary>
    void AfterCommit(IReadOnlyList<object> outgoing);
}
