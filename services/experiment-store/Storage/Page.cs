namespace Trainyard.ExperimentStore.Storage;

/// <summary>Rows, and the cursor of the next page if there is one.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
