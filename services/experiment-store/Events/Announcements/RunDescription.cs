using System.Text.Json;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>What every training event says of its run, and the epochs, all from the run's config or hyperparameters.</summary>
/// <param name="Group">The group of its events.</param>
/// <param name="UserId">Who asked for it.</param>
/// <param name="ModelId">What is trained.</param>
/// <param name="TotalEpochs">Epochs in all.</param>
internal sealed record RunDescription(string Group, UserId? UserId, string? ModelId, long? TotalEpochs)
{
    private const int MaxUser = Contracts.TrainEvents.UserId.MaxLength;

    private static readonly string[] ModelNames = ["model_id", "model", "model_name", "architecture"];
    private static readonly string[] EpochNames = ["total_epochs", "num_epochs", "epochs", "max_epochs", "num_train_epochs"];

    public static RunDescription Of(Run run)
    {
        var config = run.Config is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : default;
        var family = Text(config, "model_family");
        var group = run.Kind is RunKind.Own && family is not null && ModelFamilyTraits.ByName.TryGetValue(family, out var traits)
            ? traits.EventGroup
            : ModelFamilyTraits.DefaultEventGroup;
        var model = family is not null && Text(config, "model_size") is { } size
            ? $"{family}-{size}"
            : ModelNames.Select(name => Text(config, name)).FirstOrDefault(name => name is not null);
        return new(
            group,
            UserOf(Member(config, "user_id")),
            model is null ? null : PublicText.PathOf(model),
            EpochNames.Select(name => Whole(Member(config, name))).FirstOrDefault(count => count is not null));
    }

    private static UserId? UserOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 and <= MaxUser } id => id,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var whole) => whole,
        { ValueKind: JsonValueKind.Number } number when number.TryGetUInt64(out var large) => Contracts.TrainEvents.UserId.Of(large),
        _ => default(UserId?),
    };

    private static JsonElement? Member(JsonElement config, string name) =>
        config.ValueKind is JsonValueKind.Object && config.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement config, string name) =>
        Member(config, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    private static long? Whole(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var count) && count is >= 1 and < 1L << 53
            ? (long)Math.Ceiling(count)
            : null;
}
