using System.Text.Json.Nodes;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Contracts.Tests.TrainEvents;

/// <summary>The files for people who write bots say what the records say.</summary>
public class EventFileTests
{
    public static TheoryData<string> Names => [.. EventFiles.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_as_the_records_are_now(string name)
    {
        var path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("WRITE_EVENT_FILES") is "1")
        {
            File.WriteAllText(path, EventFiles.All[name]);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == EventFiles.All[name],
            $"docs/events/{name} is out of date. Write it again with: {EventFiles.Command}");
    }

    [Fact]
    public void The_schema_knows_every_type_once()
    {
        var definitions = JsonNode.Parse(EventFiles.All["events.schema.json"])?["$defs"]?.AsObject() ?? [];

        Assert.Equal(
            TrainEventTypes.All.Append(StreamGap.TypeName).Order(StringComparer.Ordinal),
            definitions.SelectMany(definition => definition.Value?["properties"]?["type"]?["enum"]?.AsArray() ?? [])
                .Select(type => type?.GetValue<string>() ?? "").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_schema_requires_every_member_that_is_written()
    {
        var definitions = JsonNode.Parse(EventFiles.All["events.schema.json"])?["$defs"]?.AsObject() ?? [];
        foreach (var (name, sample) in SampleEvents.All)
        {
            var written = JsonNode.Parse(TrainEventJson.Write(sample))?.AsObject() ?? [];

            Assert.Equal(
                written.Select(member => member.Key),
                definitions[name]?["required"]?.AsArray().Select(member => member?.GetValue<string>() ?? "") ?? []);
        }
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the test's holds Aspire.sln.");
        }
        return Directory.CreateDirectory(Path.Combine(folder.FullName, "docs", "events")).FullName;
    }
}
