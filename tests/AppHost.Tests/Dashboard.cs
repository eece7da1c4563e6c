using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Trainyard.AppHost.Tests;

/// <summary>Aspire's dashboard: what it received from the services, by its telemetry API.</summary>
internal sealed class Dashboard : IDisposable
{
    private const string Key = "the-key-of-the-dashboard-in-tests";

    private readonly HttpClient http;
    private readonly Func<Task<string>> describe;

    /// <param name="address">Where it is.</param>
    /// <param name="describe">What to say of the AppHost when a trace is missing.</param>
    public Dashboard(Uri address, Func<Task<string>> describe)
    {
        this.describe = describe;
        http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Add("x-api-key", Key);
    }

    /// <summary>Gives it keys, so that the AppHost keeps none in the user's folder, and lets it keep no telemetry there.</summary>
    public static string[] Settings =>
    [
        $"--AppHost:DashboardApiKey={Key}",
        "--AppHost:OtlpApiKey=the-key-of-the-telemetry-in-tests",
        "--Aspire:Dashboard:PersistenceMode=None",
        "--ASPIRE_VERSION_CHECK_DISABLED=true",
    ];

    /// <summary>Waits until a trace has spans of all these resources.</summary>
    public async Task<JsonNode> TraceAcrossAsync(string path, TimeSpan limit, params string[] resources)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await GetAsync("api/telemetry/spans?limit=10000");
            var traces = Spans(answer).GroupBy(span => span.Trace, StringComparer.Ordinal);
            if (traces.FirstOrDefault(
                trace => resources.All(resource => trace.Any(span => span.Resource == resource))
                    && trace.Any(span => span.Name.Contains(path, StringComparison.Ordinal))) is { } found)
            {
                return new JsonArray([.. found.Select(span => JsonValue.Create($"{span.Resource}: {span.Name}"))]);
            }
            if (watch.Elapsed > limit)
            {
                var known = await GetAsync("api/telemetry/resources");
                Assert.Fail(
                    $"No trace across {string.Join(", ", resources)}. The dashboard heard from {known} and has {answer}\n"
                    + await describe());
            }
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>What the services logged as errors.</summary>
    public async Task<IReadOnlyList<string>> ErrorsAsync()
    {
        var answer = await GetAsync("api/telemetry/logs?severity=error&limit=1000");
        return
        [
            .. Items(answer["data"]?["resourceLogs"])
                .SelectMany(resource => Items(resource["scopeLogs"]))
                .SelectMany(scope => Items(scope["logRecords"]))
                .Select(record => record["body"]?["stringValue"]?.ToString() ?? record.ToJsonString()),
        ];
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonNode> GetAsync(string path)
    {
        var answer = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        return JsonNode.Parse(answer) ?? throw new InvalidOperationException(answer);
    }

    private static IEnumerable<(string Trace, string Resource, string Name)> Spans(JsonNode answer) =>
        from resource in Items(answer["data"]?["resourceSpans"])
        let name = Items(resource["resource"]?["attributes"])
            .First(attribute => attribute["key"]?.ToString() == "service.name")["value"]?["stringValue"]?.ToString() ?? ""
        from scope in Items(resource["scopeSpans"])
        from span in Items(scope["spans"])
        select (span["traceId"]?.ToString() ?? "", name, span["name"]?.ToString() ?? "");

    private static IEnumerable<JsonNode> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonNode>();
}
