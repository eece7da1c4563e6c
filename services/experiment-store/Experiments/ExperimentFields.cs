using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments;

/// <summary>The fields of an experiment to create or change. Omitted members keep their values.</summary>
internal sealed record ExperimentFields
{
    /// <summary>Only on creation; generated when omitted.</summary>
    public string? ExperimentId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Its folder, such as <c>nlp/ablation</c>; empty for the top level.</summary>
    public string? Folder { get; init; }

    public string? Notes { get; init; }

    /// <summary>Replaces all of its tags.</summary>
    [JsonConverter(typeof(TagsConverter))]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The hyperparameters its runs vary.</summary>
    public StoredJson? SearchSpace { get; init; }

    public IEnumerable<Problem> Problems()
    {
        if (ExperimentId is not null && !Identifier.IsValid(ExperimentId))
        {
            yield return new("experiment_id", Identifier.Rule);
        }
        if (Name is { Length: 0 or > 256 })
        {
            yield return new("name", "must have 1 to 256 characters");
        }
        if (Description is { Length: > 65_536 })
        {
            yield return new("description", "must have at most 65536 characters");
        }
        if (Notes is { Length: > 65_536 })
        {
            yield return new("notes", "must have at most 65536 characters");
        }
        if (Folder is not null && Experiments.Folder.Normalize(Folder) is null)
        {
            yield return Experiments.Folder.Problem("folder");
        }
        foreach (var problem in TagLimits.Validate(Tags))
        {
            yield return problem;
        }
    }

    public void ApplyTo(Experiment experiment)
    {
        experiment.Name = StorableText.CleanOrNull(Name, 256) ?? experiment.Name;
        experiment.Description = StorableText.CleanOrNull(Description, 65_536) ?? experiment.Description;
        experiment.Notes = StorableText.CleanOrNull(Notes, 65_536) ?? experiment.Notes;
        experiment.Folder = Folder is null ? experiment.Folder : Experiments.Folder.Normalize(Folder) ?? experiment.Folder;
        experiment.SearchSpace = SearchSpace?.Text ?? experiment.SearchSpace;
        experiment.Tags = Tags is null ? experiment.Tags
            : JsonSerializer.Serialize(
                Tags.ToDictionary(
                    tag => StorableText.Clean(tag.Key, TagLimits.MaxName),
                    tag => StorableText.Clean(tag.Value, TagLimits.MaxValue),
                    StringComparer.Ordinal),
                WireJson.Options);
    }
}
