using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Harness.OpenApi;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>The document from which people and generated clients learn the API.</summary>
public sealed class OpenApiTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task Every_operation_has_a_summary_errors_and_examples_that_fit_their_schemas()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync(
            "Standalone", new Dictionary<string, string> { ["APP__DATA_ROOT"] = data.Path });
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(TimeSpan.FromSeconds(30));
        var document = (await client.GetAsync("/openapi/v1.json")).AsObject();
        var schemas = new ApiDocument(document);

        var lacking = (from path in document["paths"]?.AsObject() ?? []
                       from operation in path.Value?.AsObject() ?? []
                       from lack in Lacks(operation.Value?.AsObject() ?? [], schemas)
                       select $"{operation.Key.ToUpperInvariant()} {path.Key}: {lack}").ToList();

        Assert.True(document["paths"]?.AsObject().Count > 50);
        Assert.True(lacking.Count == 0, string.Join('\n', lacking));
    }

    [Fact]
    public async Task Every_schema_property_and_parameter_is_described_and_spectral_finds_no_error()
    {
        await using var standalone = await TrainyardProcess.StartAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(TimeSpan.FromSeconds(30));
        var document = await client.GetAsync("/openapi/v1.json");

        Assert.Equal("", string.Join('\n', Undescribed(document, "#")));
        Assert.Equal("", string.Join('\n', (document["components"]?["schemas"]?.AsObject() ?? [])
            .Where(schema => string.IsNullOrWhiteSpace((string?)schema.Value?["description"])).Select(schema => schema.Key)));
        Assert.Equal("", string.Join('\n', Unlimited(document)));
        Assert.NotEmpty(document["servers"]?.AsArray() ?? []);
        Assert.Equal("X-Api-Key", (string?)document["components"]?["securitySchemes"]?["ApiKey"]?["name"]);
        Assert.False(document["components"]?["schemas"]?.AsObject().Any(schema => schema.Key.Contains('.', StringComparison.Ordinal)),
            "Two services have a record of one name.");
        var file = data.File("openapi.json");
        await File.WriteAllTextAsync(file, document.ToJsonString());
        await OpenApiTools.NodeAsync("node", "lint.mjs", file);
    }

    private static IEnumerable<string> Undescribed(JsonNode? node, string path)
    {
        if (node is JsonArray items)
        {
            return items.SelectMany((item, index) => Undescribed(item, $"{path}/{index}"));
        }
        if (node is not JsonObject members)
        {
            return [];
        }
        var described = (members["properties"] as JsonObject ?? [])
            .Select(property => ($"{path}/properties/{property.Key}", property.Value))
            .Concat((members["parameters"] as JsonArray ?? []).Select(parameter => ($"{path}/parameters/{parameter?["name"]}", parameter)));
        return described.Where(pair => string.IsNullOrWhiteSpace((string?)pair.Item2?["description"])).Select(pair => pair.Item1)
            .Concat(members.Where(member => member.Key != "example")
                .SelectMany(member => Undescribed(member.Value, $"{path}/{member.Key}")));
    }

    /// <summary>
    /// Whole numbers of requests without a minimum or maximum. A seed and a user's id may be any 64-bit number, a token id any
    /// the tokenizer has.
    /// </summary>
    private static IEnumerable<string> Unlimited(JsonNode document)
    {
        var operations = (document["paths"]?.AsObject() ?? [])
            .SelectMany(path => path.Value?.AsObject() ?? []).Select(operation => operation.Value).ToList();
        var referenced = new HashSet<string>(StringComparer.Ordinal);
        var bodies = operations.SelectMany(operation => Wholes(operation?["requestBody"], "body", document, referenced));
        var pages = operations.SelectMany(operation => operation?["parameters"]?.AsArray() ?? [])
            .Where(parameter => (string?)parameter?["name"] is "limit" or "max_points")
            .SelectMany(parameter => Wholes(parameter, (string?)parameter?["name"] ?? "", document, referenced));
        return bodies.Concat(pages)
            .Where(whole => whole.Schema["minimum"] is null || whole.Schema["maximum"] is null)
            .Select(whole => whole.Path)
            .Where(path => path != "UserId")
            .Where(path => !path.EndsWith("/seed", StringComparison.Ordinal) && !path.EndsWith("/ids/items", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Path, JsonObject Schema)> Wholes(
        JsonNode? node, string path, JsonNode document, HashSet<string> referenced)
    {
        if (node is JsonArray items)
        {
            return items.SelectMany(item => Wholes(item, path, document, referenced));
        }
        if (node is not JsonObject members)
        {
            return [];
        }
        if ((string?)(members["$ref"] as JsonValue) is { } reference)
        {
            var name = reference.Split('/')[^1];
            return referenced.Add(name) ? Wholes(document["components"]?["schemas"]?[name], name, document, referenced) : [];
        }
        var isWhole = members["type"] is JsonArray types
            ? types.Any(type => (string?)type == "integer")
            : (string?)(members["type"] as JsonValue) == "integer";
        return members.Where(member => member.Key is not ("example" or "examples" or "enum" or "default"))
            .SelectMany(member => Wholes(member.Value, $"{path}/{member.Key}", document, referenced))
            .Concat(isWhole ? [(path, members)] : []);
    }

    private static IEnumerable<string> Lacks(JsonObject operation, ApiDocument schemas)
    {
        if (string.IsNullOrWhiteSpace((string?)operation["summary"]) || string.IsNullOrWhiteSpace((string?)operation["operationId"]))
        {
            yield return "no summary or operationId";
        }
        if (operation["requestBody"]?["content"]?["application/json"]?.AsObject() is { } body)
        {
            foreach (var lack in OfExample("request", body, schemas))
            {
                yield return lack;
            }
        }
        var responses = operation["responses"]?.AsObject() ?? [];
        foreach (var (status, response) in responses)
        {
            if (response?["content"]?["application/json"]?.AsObject() is { } content)
            {
                foreach (var lack in OfExample(status, content, schemas))
                {
                    yield return lack;
                }
            }
        }
        if (!responses.Any(response => response.Key.StartsWith('2')))
        {
            yield return "no success";
        }
        if (!responses.Any(response => response.Value?["content"]?["application/problem+json"]?["example"] is not null))
        {
            yield return "no error";
        }
    }

    private static IEnumerable<string> OfExample(string where, JsonObject content, ApiDocument schemas)
    {
        if (content["example"] is not { } example)
        {
            return [$"{where} has no example"];
        }
        return content["schema"] is { } schema
            ? schemas.Faults(JsonElement.Parse(example.ToJsonString()), schema).Select(fault => $"{where} {fault}")
            : [$"{where} has no schema"];
    }
}
