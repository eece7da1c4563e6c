using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ServiceDefaults.Tests.Messaging;

/// <summary>
/// Messages as earlier versions wrote them, one file each, named after the type and the version: they may wait in a queue while a new
/// version starts. A type may get members, which must be optional; what means something else gets another name.
/// </summary>
public class EarlierMessagesTests
{
    private static readonly JsonSerializerOptions Options = MessageJson.Apply(new(SystemTextJsonMessageSerializer.Options));

    public static TheoryData<string> Samples =>
    [
        .. Directory.EnumerateFiles(Folder, "*.json")
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Messaging", "Earlier");

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_message_of_an_earlier_version_is_understood_whole(string sample)
    {
        var type = TypeOf(sample);
        var written = await File.ReadAllTextAsync(Path.Combine(Folder, $"{sample}.json"));

        var message = JsonSerializer.Deserialize(written, type, Options);

        // What it says now must hold all that it said then.
        AssertHolds(JsonNode.Parse(written), JsonSerializer.SerializeToNode(message, type, Options), sample);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_member_that_a_later_version_adds_does_no_harm(string sample)
    {
        var later = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{sample}.json")))?.AsObject() ?? [];
        later["addedLater"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };

        Assert.NotNull(later.Deserialize(TypeOf(sample), Options));
    }

    [Fact]
    public void Every_message_has_a_sample()
    {
        var messages = typeof(
            EventBatch).Assembly.GetExportedTypes().Where(type => MessageTypes.Contains(type.Name)).Select(type => type.FullName);

        Assert.Equal(
            MessageTypes.Order(StringComparer.Ordinal),
            Samples.Select(sample => TypeOf(sample.Data).Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(MessageTypes.Count, messages.Count());
    }

    /// <summary>What travels on the bus, as MassTransit tells types apart: by namespace and name.</summary>
    private static IReadOnlyCollection<string> MessageTypes =>
    [
        "EventBatch", "EventsStored", "TrainModel", "ClaimRun", "RunClaimed", "ClaimRefused", "FindRun", "RunFound",
        "EvaluateModel", "ClaimEvaluation", "EvaluationClaimed", "EvaluationEnded", "EvaluationRecorded", "AlertFired",
    ];

    private static Type TypeOf(string sample) =>
        typeof(EventBatch).Assembly.GetType(sample[..sample.IndexOf('@', StringComparison.Ordinal)], throwOnError: true)
        ?? throw new InvalidOperationException(sample);

    private static JsonNode? Events(JsonNode packed) => JsonSerializer.SerializeToNode(
        packed.Deserialize<IReadOnlyList<RunEvent>>(Options), WireJson.Options);

    private static void AssertHolds(JsonNode? then, JsonNode? now, string path)
    {
        switch (then)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    AssertHolds(value, now?[name], $"{path}.{name}");
                }
                break;
            case JsonArray items:
                Assert.Equal(items.Count, now?.AsArray().Count);
                for (var index = 0; index < items.Count; index++)
                {
                    AssertHolds(items[index], now?[index], $"{path}[{index}]");
                }
                break;
            case JsonValue packed when path.EndsWith(".events", StringComparison.Ordinal):
                // The order of members within an event's JSON says nothing.
                AssertHolds(Events(packed), now is null ? null : Events(now), path);
                break;
            default:
                Assert.True(JsonNode.DeepEquals(then, now), $"{path}: {then?.ToJsonString()} became {now?.ToJsonString()}");
                break;
        }
    }
}
