
namespace Trainyard.ExperimentStore.Experiments.SavedViews;

/// <summary>A page of the dashboard as somebody wants to find it again: which filter, which runs, which charts, all of it in its address.</summary>
internal sealed class SavedView
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>From the first slash on, with its query.</summary>
    public required string Path { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
