using System.Net;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>The artifact proxy, data sets and logged models.</summary>
public class ArtifactTests(PostgresServer postgres, RedisServer redis) : MlflowTests(postgres, redis)
{
    private const string Proxy = "api/2.0/mlflow-artifacts/artifacts";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Files_are_uploaded_listed_downloaded_and_deleted(string database)
    {
        await using var store = await StartAsync(database);
        using var client = Client(store);
        var run = await RunAsync(store);
        foreach (var path in (string[])["a.txt", "dir/b.txt", "dir/sub/c d.txt"])
        {
            Assert.Equal("{}", await PutAsync(client, $"{Proxy}/0/{run}/artifacts/{path}", path));
        }

        Assert.Equal([("a.txt", false, 5), ("dir", true, null)], await ListAsync(client, $"{Proxy}?path=0/{run}/artifacts"));
        Assert.Equal([("b.txt", false, 9), ("sub", true, null)], await ListAsync(client, $"{Proxy}?path=0/{run}/artifacts/dir"));
        Assert.Empty(await ListAsync(client, $"{Proxy}?path=0/{run}/artifacts/a.txt"));
        Assert.Equal([("dir/b.txt", false, 9), ("dir/sub", true, null)],
            await ListAsync(client, $"api/2.0/mlflow/artifacts/list?run_id={run}&path=dir"));
        Assert.Equal("dir/sub/c d.txt", await client.GetStringAsync(
            new Uri($"{Proxy}/0/{run}/artifacts/dir/sub/c%20d.txt", UriKind.Relative)));
        Assert.Equal("a.txt", await client.GetStringAsync(new Uri($"get-artifact?run_uuid={run}&path=a.txt", UriKind.Relative)));

        using var deleted = await client.DeleteAsync(new Uri($"{Proxy}/0/{run}/artifacts/dir", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal([("a.txt", false, 5)], await ListAsync(client, $"{Proxy}?path=0/{run}/artifacts/"));
    }

    [Fact]
    public async Task Paths_that_lead_outside_and_multipart_uploads_are_refused()
    {
        await using var store = await StartAsync("sqlite");
        var run = await RunAsync(store);

        foreach (var path in (string[])["../path", "a/../../b", "/etc/passwd", "%2e%2e/x", "%252e%252e%252fx", "a\\..\\b", "c:/x", "a#b"])
        {
            var refused = await RefusedAsync(
                store, HttpMethod.Get, $"api/2.0/mlflow/artifacts/list?run_id={run}&path={Uri.EscapeDataString(path)}");
            Assert.Equal(("INVALID_PARAMETER_VALUE", "Invalid path"), (refused.Code, refused.Message));
            Assert.Equal("Invalid path", (await RefusedAsync(
                store, HttpMethod.Get, $"{Proxy}?path={Uri.EscapeDataString(path)}")).Message);
        }
        Assert.Equal("INVALID_PARAMETER_VALUE", (await RefusedAsync(store, HttpMethod.Put, $"{Proxy}/outside.txt", "x")).Code);
        Assert.Equal("RESOURCE_DOES_NOT_EXIST",
            (await RefusedAsync(store, HttpMethod.Put, $"{Proxy}/0/no-run/artifacts/x.txt", "x")).Code);
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", (await RefusedAsync(store, HttpMethod.Get, $"{Proxy}/0/{run}/artifacts/none.txt")).Code);
        var multipart = await RefusedAsync(
            store, HttpMethod.Post, $"api/2.0/mlflow-artifacts/mpu/create/0/{run}/artifacts/x", """{"path":"x","num_parts":2}""");
        Assert.Equal((HttpStatusCode.NotImplemented, "NOT_IMPLEMENTED"), (multipart.Status, multipart.Code));
        Assert.StartsWith(
            "Multipart upload is not supported for the current artifact repository", multipart.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Data_sets_and_logged_models_are_kept_with_their_run(string database)
    {
        await using var store = await StartAsync(database);
        using var client = Client(store);
        var experiment = await ExperimentAsync(store, "models");
        var run = await RunAsync(store, experiment);
        var inputs = new
        {
            run_id = run,
            datasets = new[]
            {
                new
                {
                    dataset = new { name = "d", digest = "1", source_type = "local", source = "/data", profile = "{}" },
                    tags = new[] { new { key = "mlflow.data.context", value = "training" } },
                },
            },
        };
        await PostAsync(store, "runs/log-inputs", inputs);
        await PostAsync(store, "runs/log-inputs", inputs);

        var model = (await PostAsync(store, "logged-models", new
        {
            experiment_id = experiment,
            name = "m",
            source_run_id = run,
            model_type = "LLM",
            tags = new[] { new { key = "t", value = "1" } },
        })).GetProperty("model").GetProperty("info");
        var (id, uri) = (Text(model, "model_id"), Text(model, "artifact_uri"));
        await PutAsync(client, $"{Proxy}/{uri["mlflow-artifacts:/".Length..]}/MLmodel", "yaml");
        await PostAsync(store, $"logged-models/{id}/params", new { @params = new[] { new { key = "p", value = "2" } } });
        await PostAsync(store, "runs/outputs", new { run_id = run, models = new[] { new { model_id = id, step = 3 } } });
        await PostAsync(
            store, "runs/log-metric", new { run_id = run, model_id = id, key = "acc", value = 0.5, timestamp = 9, dataset_name = "d" });
        using (var patch = new StringContent("""{"status":"LOGGED_MODEL_READY"}""", System.Text.Encoding.UTF8, "application/json"))
        {
            using var ready = await client.PatchAsync(new Uri($"api/2.0/mlflow/logged-models/{id}", UriKind.Relative), patch);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        var read = await ReadAsync(store, run);
        var input = Assert.Single(read.GetProperty("inputs").GetProperty("dataset_inputs").EnumerateArray());
        Assert.Equal(("d", "training"), (Text(input.GetProperty("dataset"), "name"), Text(input.GetProperty("tags")[0], "value")));
        var output = Assert.Single(read.GetProperty("outputs").GetProperty("model_outputs").EnumerateArray());
        Assert.Equal((id, 3), (Text(output, "model_id"), output.GetProperty("step").GetInt32()));
        var found = Assert.Single((await PostAsync(store, "logged-models/search", new
        {
            experiment_ids = new[] { experiment },
            filter = "name = 'm' and metrics.acc > 0.4 and params.p = '2'",
        })).GetProperty("models").EnumerateArray());
        Assert.Equal("LOGGED_MODEL_READY", Text(found.GetProperty("info"), "status"));
        Assert.Equal([("MLmodel", false, 4)], await ListAsync(client, $"api/2.0/mlflow/logged-models/{id}/artifacts/directories"));
        Assert.Equal("training", Text((await PostAsync(store, "experiments/search-datasets", new { experiment_ids = new[] { experiment } }))
            .GetProperty("dataset_summaries")[0], "context"));

        using var deleted = await client.DeleteAsync(new Uri($"api/2.0/mlflow/logged-models/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Empty(await ListAsync(client, $"{Proxy}?path={experiment}/{run}/artifacts"));
    }

    [Fact]
    public async Task A_bound_key_does_not_reach_a_model_that_no_run_produced()
    {
        await using var store = await StartAsync("sqlite");
        using var client = new HttpClient { BaseAddress = store.Address };
        var model = (await PostAsync(store, "logged-models", new { experiment_id = "0", name = "m" }))
            .GetProperty("model").GetProperty("info");
        var (id, file) = (Text(model, "model_id"), $"{Proxy}/{Text(model, "artifact_uri")["mlflow-artifacts:/".Length..]}/MLmodel");
        await PutAsync(client, file, "yaml");

        using var bound = new HttpClient { BaseAddress = store.Address };
        bound.DefaultRequestHeaders.Add("X-Trainyard-Caller", "key-1;Job;nlp-;");
        using var content = new StringContent("mine");
        foreach (var send in (Func<string, Task<HttpResponseMessage>>[])
            [
                path => bound.PutAsync(new Uri(path, UriKind.Relative), content),
                path => bound.GetAsync(new Uri(path, UriKind.Relative)),
                path => bound.DeleteAsync(new Uri(path, UriKind.Relative)),
                _ => bound.DeleteAsync(new Uri($"api/2.0/mlflow/logged-models/{id}", UriKind.Relative)),
            ])
        {
            using var refused = await send(file);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        Assert.Equal("yaml", await client.GetStringAsync(new Uri(file, UriKind.Relative)));
    }

    private static async Task<string> PutAsync(HttpClient client, string path, string content)
    {
        using var body = new StringContent(content);
        using var response = await client.PutAsync(new Uri(path, UriKind.Relative), body);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<List<(string Path, bool IsDir, int? Size)>> ListAsync(HttpClient client, string path) =>
        [.. System.Text.Json.JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))
            .GetProperty("files").EnumerateArray().Select(file => (
                Text(file, "path"), file.GetProperty("is_dir").GetBoolean(),
                file.TryGetProperty("file_size", out var size) ? size.GetInt32() : (int?)null))];
}
