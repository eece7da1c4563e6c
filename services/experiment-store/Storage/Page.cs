namespace Trainyard.ExperimentStore.Storage;

/// <summary>Some rows, and the cursor of those behind them if there are any.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
