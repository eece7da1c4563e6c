using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>What a caller reads who sends a request that can't be bound: of every operation in the OpenAPI document.</summary>
public sealed partial class RefusalWordingTests : IDisposable
{
    private const string Unknown = "no_such_member";
    private const string WrongWord = "no-such-word";

    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task Every_operation_names_the_field_and_shows_nothing_of_its_code()
    {
        await using var standalone = await TrainyardProcess.StartAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(TimeSpan.FromSeconds(30));
        var document = (await client.GetAsync("/openapi/v1.json")).AsObject();
        var probes = (from path in document["paths"]?.AsObject() ?? []
                      from operation in path.Value?.AsObject() ?? []
                      from probe in Probes(operation.Key, path.Key, operation.Value?.AsObject() ?? [], new Schemas(document))
                      select probe).ToList();

        var faults = new List<string>();
        foreach (var probe in probes)
        {
            using var request = probe.Request();
            using var response = await client.Http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            var message = (int)response.StatusCode is >= 400 and < 500 ? (string?)JsonNode.Parse(answer)?["message"] ?? "" : "";
            if (Code().IsMatch(answer) || !message.Contains(probe.Field, StringComparison.Ordinal))
            {
                faults.Add($"{probe}: {(int)response.StatusCode} {answer}");
            }
        }

        Assert.True(probes.Count > 200, $"Only {probes.Count} requests were tried.");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [GeneratedRegex(
        @"\.NET|System\.|Trainyard\.|Nullable|DataAnnotation|Implicit body|Exception|Int32|Failed to bind",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    private static IEnumerable<Probe> Probes(string method, string path, JsonObject operation, Schemas schemas)
    {
        var address = Placeholder().Replace(path, "nothing");
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            if ((string?)parameter?["in"] == "query" && schemas.Wrong(parameter["schema"], inAddress: true) is not null
                && (string?)parameter["name"] is { } name)
            {
                yield return new(method, $"{address}?{name}={WrongWord}", null, name);
            }
        }
        if (operation["requestBody"]?["content"]?["application/json"] is not { } content
            || schemas.Object(content["schema"]) is not { } schema)
        {
            yield break;
        }
        if ((bool?)operation["requestBody"]?["required"] is true)
        {
            yield return new(method, address, "", "body");
        }
        yield return new(method, address, "{\"name\": nothing}", "line 1, column 1");
        yield return new(method, address, With(content["example"], Unknown, 1), Unknown);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (schemas.Wrong(property, inAddress: false) is { } wrong)
            {
                yield return new(method, address, With(content["example"], name, wrong), name);
            }
        }
    }

    private static string With(JsonNode? example, string member, JsonNode value)
    {
        var body = example?.DeepClone() as JsonObject ?? [];
        body[member] = value;
        return body.ToJsonString();
    }

    private sealed record Probe(string Method, string Address, string? Body, string Field)
    {
        public HttpRequestMessage Request() => new(new HttpMethod(Method.ToUpperInvariant()), Address)
        {
            Content = Body is null
                ? null
                : new ByteArrayContent(Encoding.UTF8.GetBytes(Body))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
        };
    }

    private sealed class Schemas(JsonObject document)
    {
        /// <summary>The first alternative that is an object with known members.</summary>
        public JsonObject? Object(JsonNode? schema) => Alternatives(schema).FirstOrDefault(choice => choice["properties"] is JsonObject);

        /// <summary>A value that a schema does not allow; null when it allows any, or any text of an address.</summary>
        public JsonNode? Wrong(JsonNode? schema, bool inAddress)
        {
            var choices = Alternatives(schema).ToList();
            var words = choices.Exists(choice => choice["enum"] is not null);
            var types = choices.SelectMany(Types).ToHashSet(StringComparer.Ordinal);
            return types switch
            {
                _ when words => WrongWord,
                { Count: 0 } => null,
                _ when inAddress => types.Overlaps(["string", "array", "object"]) ? null : WrongWord,
                _ when !types.Contains("boolean") => true,
                _ when !types.Contains("string") => WrongWord,
                _ => null,
            };
        }

        private IEnumerable<JsonObject> Alternatives(JsonNode? schema)
        {
            var found = schema as JsonObject ?? [];
            while ((string?)found["$ref"] is { } reference)
            {
                found = reference.TrimStart('#', '/').Split('/')
                    .Aggregate<string, JsonNode?>(document, (node, name) => node?[name]) as JsonObject ?? [];
            }
            return (found["oneOf"] ?? found["anyOf"]) is JsonArray choices ? choices.SelectMany(Alternatives) : [found];
        }

        private static IEnumerable<string> Types(JsonObject schema) => schema["type"] switch
        {
            JsonArray many => many.Select(type => (string?)type ?? "").Where(type => type != "null"),
            JsonValue single => [(string?)single ?? ""],
            _ => [],
        };
    }
}
