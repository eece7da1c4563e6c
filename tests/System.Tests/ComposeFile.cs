using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Trainyard.Harness.Processes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Trainyard.SystemTests;

/// <summary><c>deploy/compose.yaml</c>, with its merged parts in place.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(string text)
    {
        Text = text;
        var yaml = new DeserializerBuilder().Build().Deserialize(new MergingParser(new Parser(new StringReader(text))))
            ?? throw new InvalidOperationException("deploy/compose.yaml is empty.");
        Root = JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml))?.AsObject()
            ?? throw new InvalidOperationException("deploy/compose.yaml is no mapping.");
        Services = Members(Root["services"])
            .ToDictionary(service => service.Key, service => service.Value?.AsObject() ?? [], StringComparer.Ordinal);
    }

    public static string Path => Repository.PathTo("deploy", "compose.yaml");

    public string Text { get; }

    public JsonObject Root { get; }

    public IReadOnlyDictionary<string, JsonObject> Services { get; }

    /// <summary>The services that are Trainyard's own.</summary>
    public IEnumerable<KeyValuePair<string, JsonObject>> Own =>
        Services.Where(service => Image(service.Value).StartsWith("${TRAINYARD_IMAGES", StringComparison.Ordinal));

    public static ComposeFile Read() => new(File.ReadAllText(Path));

    public static string Image(JsonObject service) => service["image"]?.ToString() ?? "";

    public static IReadOnlyDictionary<string, string> Environment(JsonObject service) =>
        Members(service["environment"])
            .ToDictionary(variable => variable.Key, variable => variable.Value?.ToString() ?? "", StringComparer.Ordinal);

    public static IReadOnlyList<string> List(JsonObject service, string key) =>
        [.. service[key]?.AsArray().Select(item => item?.ToString() ?? "") ?? []];

    public static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? mapping) => mapping?.AsObject() ?? [];

    /// <summary>Every variable the file takes from its surroundings, as it is written: <c>POSTGRES_PASSWORD:?</c>.</summary>
    public IEnumerable<(string Name, string Otherwise)> Variables =>
        Variable().Matches(Text).Select(match => (match.Groups["name"].Value, match.Groups["otherwise"].Value)).Distinct();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(?<otherwise>[^}]*)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
