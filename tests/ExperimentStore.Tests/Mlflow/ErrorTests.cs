using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>Errors take MLflow's form everywhere below its paths, with the words its clients know.</summary>
public class ErrorTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    [Fact]
    public async Task Bad_requests_and_unknown_calls_are_explained_in_MLflows_form()
    {
        await using var store = await StartAsync("sqlite");
        var run = await RunAsync(store);

        foreach (var (path, json, code, message) in new (string, string, string, string)[]
        {
            ("experiments/create", "{}", "INVALID_PARAMETER_VALUE", "Missing value for required parameter 'name'."),
            ("experiments/create", """{"name":123}""", "INVALID_PARAMETER_VALUE", "Invalid value 123 for parameter 'name' supplied."),
            ("experiments/create", """{"name":"n","artifact_location":9.0}""", "INVALID_PARAMETER_VALUE",
                "Invalid value 9.0 for parameter 'artifact_location'"),
            ("experiments/create", """{"name":"n","tags":"5"}""", "INVALID_PARAMETER_VALUE", "Invalid value 5 for parameter 'tags'"),
            ("experiments/create", """{"name":"Default"}""", "RESOURCE_ALREADY_EXISTS", "Experiment(name=Default) already exists."),
            ("runs/log-metric", """{"run_id":31,"key":"k","value":1,"timestamp":1}""", "INVALID_PARAMETER_VALUE",
                "Invalid value 31 for parameter 'run_id' supplied"),
            ("runs/log-metric", $$"""{"run_id":"{{run}}","key":"k","value":1,"timestamp":"foo"}""", "INVALID_PARAMETER_VALUE",
                "Invalid value foo for parameter 'timestamp' supplied"),
            ("runs/log-metric", $$"""{"run_uuid":"{{run}}","key":null,"value":1,"timestamp":1}""", "INVALID_PARAMETER_VALUE",
                "Missing value for required parameter 'key'"),
            ("runs/log-metric", """{"run_id":"none","key":"k","value":1,"timestamp":1}""", "RESOURCE_DOES_NOT_EXIST",
                "Run with id=none not found"),
            ("runs/set-tag", """{"run_id":"\u0000","key":"k","value":"\ud800"}""", "INVALID_PARAMETER_VALUE", "for parameter 'value'"),
            ("runs/search", """{"experiment_ids":["0"],"max_results":123456789}""", "INVALID_PARAMETER_VALUE",
                "Invalid value 123456789 for parameter 'max_results' supplied"),
            ("runs/search", """{"experiment_ids":["0"],"page_token":"?"}""", "INVALID_PARAMETER_VALUE", "Invalid page token"),
            ("runs/search", """{"experiment_ids":["0"],"filter":"metrics.a >"}""", "INVALID_PARAMETER_VALUE", "expected a number"),
            ("runs/search", "{", "BAD_REQUEST", "not valid JSON"),
            ("runs/search", "[]", "BAD_REQUEST", "must be a JSON object"),
            ("runs/unknown", "{}", "ENDPOINT_NOT_FOUND", "POST /api/2.0/mlflow/runs/unknown"),
            ("runs/get", "{}", "ENDPOINT_NOT_FOUND", ""),
            ("registered-models/create", """{"name":"m"}""", "NOT_IMPLEMENTED", "Trainyard has no model registry."),
        })
        {
            var refused = await RefusedAsync(store, HttpMethod.Post, $"api/2.0/mlflow/{path}", json);
            Assert.Equal(code, refused.Code);
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
            Assert.Equal(code switch
            {
                "RESOURCE_DOES_NOT_EXIST" or "ENDPOINT_NOT_FOUND" => HttpStatusCode.NotFound,
                "NOT_IMPLEMENTED" => HttpStatusCode.NotImplemented,
                _ => HttpStatusCode.BadRequest,
            }, refused.Status);
        }
    }

    [Fact]
    public async Task Older_and_newer_paths_and_forms_of_requests_work()
    {
        await using var store = await StartAsync("sqlite");
        using var client = Client(store);

        foreach (var path in (string[])["ajax-api/2.0/mlflow", "api/3.0/mlflow", "ajax-api/3.0/mlflow"])
        {
            Assert.Equal(HttpStatusCode.OK,
                (await client.GetAsync(new Uri($"{path}/experiments/get?experiment_id=0", UriKind.Relative))).StatusCode);
        }
        Assert.Contains("SqlStore", await client.GetStringAsync(new Uri("api/3.0/mlflow/server-info", UriKind.Relative)),
            StringComparison.Ordinal);
        // A client before 1.0 encodes its body twice and numbers its experiments; another compresses; Python writes NaN as a literal.
        using var twice = new StringContent("\"{\\\"experiment_id\\\":0}\"", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.OK,
            (await client.PostAsync(new Uri("api/2.0/mlflow/runs/create", UriKind.Relative), twice)).StatusCode);
        var run = await RunAsync(store);
        using var literal = new StringContent(
            $$"""{"run_id":"{{run}}","key":"k","value":-Infinity,"timestamp":1}""", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.OK,
            (await client.PostAsync(new Uri("api/2.0/mlflow/runs/log-metric", UriKind.Relative), literal)).StatusCode);
        Assert.Contains("\"-Infinity\"", (await GetAsync(store, $"metrics/get-history?run_uuid={run}&metric_key=k")).ToString(),
            StringComparison.Ordinal);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"run_id":"{{run}}","key":"zipped","value":"yes"}"""));
        }
        using var zipped = new ByteArrayContent(packed.ToArray());
        zipped.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        zipped.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.OK,
            (await client.PostAsync(new Uri("api/2.0/mlflow/runs/set-tag", UriKind.Relative), zipped)).StatusCode);
        Assert.Equal("yes", Pairs(await ReadAsync(store, run), "tags")["zipped"]);
    }
}
