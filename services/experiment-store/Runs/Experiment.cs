
namespace Trainyard.ExperimentStore.Runs;

internal sealed class Experiment
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    /// <summary>The hyperparameters its runs vary: JSON.</summary>
    public string? SearchSpace { get; set; }

    /// <summary>Where it is filed, such as <c>nlp/ablation</c>; empty at the top.</summary>
    public string Folder { get; set; } = "";

    public string? Notes { get; set; }

    /// <summary>Names and texts: JSON.</summary>
    public string? Tags { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set when it was deleted; it and the runs deleted with it can be restored for a while.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>
    /// When it was last deleted with its runs. Stays when an event brings the experiment back, so that its runs can be restored.
    /// </summary>
    public DateTimeOffset? RunsDeletedAt { get; set; }
}
