using System.Collections.Frozen;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.TrainEvents;

/// <summary>The types of events, such as <c>trainer.train.started.v1</c>: a group, and a name for each record.</summary>
public static class TrainEventTypes
{
    /// <summary>The records, by the name in their types.</summary>
    public static IReadOnlyDictionary<string, Type> ByName { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["started"] = typeof(TrainStarted),
        ["progress"] = typeof(TrainProgress),
        ["batch"] = typeof(TrainBatch),
        ["epoch"] = typeof(TrainEpoch),
        ["best"] = typeof(TrainBest),
        ["artifact"] = typeof(TrainArtifact),
        ["upload"] = typeof(TrainUpload),
        ["prune"] = typeof(TrainPrune),
        ["completed"] = typeof(TrainCompleted),
        ["failed"] = typeof(TrainFailed),
        ["stopped"] = typeof(TrainStopped),
    };

    /// <summary>The groups: one for all language models and outside runs, and one for each family that has its own.</summary>
    public static IReadOnlyList<string> Groups { get; } =
    [
        ModelFamilyTraits.DefaultEventGroup,
        .. ModelFamilyTraits.ByName.Values.Select(family => family.EventGroup).Distinct(StringComparer.Ordinal)
            .Where(group => group != ModelFamilyTraits.DefaultEventGroup),
    ];

    private static readonly FrozenDictionary<Type, string> Names = ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly FrozenDictionary<string, string> GroupOf = Groups
        .SelectMany(group => ByName.Values.Select(record => (Type: NameOf(group, record), Group: group)))
        .ToFrozenDictionary(pair => pair.Type, pair => pair.Group, StringComparer.Ordinal);

    /// <summary>Every type, in the order of <see cref="Groups"/> and <see cref="ByName"/>.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Groups.SelectMany(group => ByName.Values.Select(record => NameOf(group, record)))];

    /// <summary>The type of a record in a group.</summary>
    public static string NameOf(string group, Type record) => $"{group}.train.{Names[record]}.v1";

    /// <summary>The group of a type; null for a type that this version doesn't know.</summary>
    public static string? FindGroup(string type) => GroupOf.GetValueOrDefault(type);
}
