using System.Text.Json.Nodes;
using Trainyard.Servers.Processes;

namespace Trainyard.SystemTests;

/// <summary>The document from which people and generated clients learn the API.</summary>
public sealed class OpenApiTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task Every_operation_has_a_summary_errors_and_examples_that_fit_their_schemas()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", new Dictionary<string, string> { ["APP__DATA_ROOT"] = data.Path });
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(TimeSpan.FromSeconds(30));
        var document = (await client.GetAsync("/openapi/v1.json")).AsObject();
        var schemas = new SchemaCheck(document);

        var lacking = (from path in document["paths"]?.AsObject() ?? []
                       from operation in path.Value?.AsObject() ?? []
                       from lack in Lacks(operation.Value?.AsObject() ?? [], schemas)
                       select $"{operation.Key.ToUpperInvariant()} {path.Key}: {lack}").ToList();

        Assert.True(document["paths"]?.AsObject().Count > 50);
        Assert.True(lacking.Count == 0, string.Join('\n', lacking));
    }

    private static IEnumerable<string> Lacks(JsonObject operation, SchemaCheck schemas)
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

    private static IEnumerable<string> OfExample(string where, JsonObject content, SchemaCheck schemas)
    {
        if (content["example"] is not { } example)
        {
            return [$"{where} has no example"];
        }
        return schemas.Faults(example, content["schema"], "$").Select(fault => $"{where} {fault}");
    }
}
