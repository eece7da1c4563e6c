namespace Trainyard.RunFormats;

/// <summary>An experiment of a source.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="Name">Its display name.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record SourceExperiment(string Id, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>Free text.</summary>
    public string? Description { get; init; }

    /// <summary>The hyperparameters that its runs vary, as JSON.</summary>
    public string? SearchSpace { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
