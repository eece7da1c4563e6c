namespace Trainyard.ExperimentStore.Experiments;

internal sealed class Experiment
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    /// <summary>The hyperparameters its runs vary: JSON.</summary>
    public string? SearchSpace { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
