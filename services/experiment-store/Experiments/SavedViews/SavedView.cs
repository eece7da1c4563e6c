
namespace Trainyard.ExperimentStore.Experiments.SavedViews;

/// <summary>A saved page of the dashboard. Its address holds the filter, the runs and the charts.</summary>
internal sealed class SavedView
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Path and query, from the first slash.</summary>
    public required string Path { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
