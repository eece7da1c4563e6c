namespace Trainyard.ExperimentStore.Storage;

/// <summary>Adds to a transaction that is about to commit.</summary>
internal interface IBeforeCommit
{
    /// <summary>Runs inside the transaction; what it changes and announces is committed with it.</summary>
    ValueTask BeforeCommitAsync(StoreContext db, CancellationToken cancellationToken);
}

/// <summary>Passes on what transactions announce.</summary>
internal interface IAfterCommit
{
    /// <summary>Runs once the transaction holds. It must not block or throw: the write has succeeded whatever happens here.</summary>
    void AfterCommit(IReadOnlyList<object> outgoing);
}
