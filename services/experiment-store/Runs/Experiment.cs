
namespace Trainyard.ExperimentStore.Runs;

internal sealed class Experiment
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    /// <summary>The hyperparameters that its runs vary, as JSON.</summary>
    public string? SearchSpace { get; set; }

    /// <summary>Its folder, such as <c>nlp/ablation</c>; empty at the top level.</summary>
    public string Folder { get; set; } = "";

    public string? Notes { get; set; }

    /// <summary>Tag names and values, as JSON.</summary>
    public string? Tags { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set when it is deleted. It can be restored with its runs until removal begins.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>
    /// When it was last deleted with its runs. Kept when an event restores the experiment, so that its runs can be restored later.
    /// </summary>
    public DateTimeOffset? RunsDeletedAt { get; set; }
}
