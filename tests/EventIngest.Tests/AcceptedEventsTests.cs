using System.Net;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

public sealed class AcceptedEventsTests : IAsyncLifetime
{
    private const string Metric = """{"event":"ml.run.metric","trial_id":"abc-123","metadata":{"step":7},"measurements":{"loss":0.5}}""";

    private IngestHost? host;

    private IngestHost Ingest => host ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => Ingest.DisposeAsync();

    [Fact]
    public async Task The_documented_example_arrives_in_our_own_words()
    {
        Assert.Equal(1, await Ingest.AcceptedAsync("""
            {"event": ["thunderline","ml","run","metric"], "event_id": "0199b6a5-3f1e-7c3a-9d57-0f8f4f1c2a11", "trial_id": "abc-123", "model_run_id": "run-456",
             "timestamp": "2025-10-05T12:34:56.789Z", "source": "cerebros_training_job",
             "metadata": {"epoch": 10}, "measurements": {"train_loss": 0.123, "val_accuracy": 0.891}}
            """));

        var metrics = Assert.IsType<MetricsLogged>(Assert.Single(Ingest.Store.Events));
        Assert.Equal(Guid.Parse("0199b6a5-3f1e-7c3a-9d57-0f8f4f1c2a11"), metrics.EventId);
        Assert.True(metrics.SenderGaveId);
        Assert.Equal("abc-123", metrics.RunId);
        Assert.Equal("run-456", metrics.ExperimentId);
        Assert.Equal(new DateTimeOffset(2025, 10, 5, 12, 34, 56, 789, TimeSpan.Zero), metrics.Time);
        Assert.Equal("cerebros_training_job", metrics.Source);
        Assert.Equal((10, true), (metrics.Step, metrics.StepIsEpoch));
        Assert.Equal(new Dictionary<string, double> { ["train_loss"] = 0.123, ["val_accuracy"] = 0.891 }, metrics.Measurements);
    }

    [Fact]
    public async Task What_the_sender_left_out_is_filled_in()
    {
        var before = DateTimeOffset.UtcNow;

        await Ingest.AcceptedAsync(
            """{"event":"ml.run.metric","trial_id":"abc-123","measurements":{"loss":1},"model_run_id":null,"metadata":null}""");

        var metrics = Assert.IsType<MetricsLogged>(Assert.Single(Ingest.Store.Events));
        Assert.NotEqual(Guid.Empty, metrics.EventId);
        Assert.False(metrics.SenderGaveId);
        Assert.InRange(metrics.Time, before, DateTimeOffset.UtcNow);
        Assert.Null(metrics.Step);
        Assert.Null(metrics.ExperimentId);
    }

    [Fact]
    public async Task Nan_and_infinities_are_values()
    {
        await Ingest.AcceptedAsync(
            """{"event":"ml.run.metric","trial_id":"r","measurements":{"a":"NaN","b":"Infinity","c":"-Infinity","d":-0.0}}""");

        var values = Assert.IsType<MetricsLogged>(Assert.Single(Ingest.Store.Events)).Measurements;
        Assert.Equal([double.NaN, double.PositiveInfinity, double.NegativeInfinity], new[] { values["a"], values["b"], values["c"] });
        Assert.True(double.IsNegative(values["d"]));
    }

    [Fact]
    public async Task Every_kind_of_event_is_translated()
    {
        Assert.Equal(9, await Ingest.AcceptedAsync("""
            [{"event":"ml.run.start","trial_id":"r","metadata":{"name":"first","spectral_norm":true,"hyperparams":{"lr":[1e-3,{"deep":null}]}},"tags":{"team":"nlp"}},
             {"event":"ml.run.metric","trial_id":"r","metadata":{"step":3.0,"epoch":1.5,"attempt":2,"mine":[1]},"measurements":{"loss":1}},
             {"event":"ml.run.checkpoint","trial_id":"r","metadata":{"path":"ckpt/3","step":3,"is_best":true},"measurements":{"val_loss":2}},
             {"event":"ml.run.artifact","trial_id":"r","metadata":{"path":"m.bin","kind":"model","size":12,"sha256":"ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"}},
             {"event":"ml.run.log","trial_id":"r","metadata":{"level":"WARN","message":"careful"}},
             {"event":"ml.run.heartbeat","trial_id":"r","metadata":{"expect_next_in":30,"step":4,"total_steps":10}},
             {"event":"ml.run.resume","trial_id":"r","metadata":{"step":3}},
             {"event":"ml.system.metric","trial_id":"r","measurements":{"cpu_percent":50}},
             {"event":"ml.run.stop","trial_id":"r","metadata":{"status":"success","epochs":5,"mlflow_run_id":"mlf","message":"done","model_path":"m.bin"},"measurements":{"duration_ms":1500,"val_loss":1.5}}]
            """));

        var events = Ingest.Store.Events;
        var started = Assert.IsType<RunStarted>(events[0]);
        Assert.Equal(("first", true, "nlp"), (started.Name, started.SpectralNorm, started.Tags?["team"]));
        Assert.Equal("""{"lr":[1e-3,{"deep":null}]}""", started.Hyperparams?.GetRawText());
        var metrics = Assert.IsType<MetricsLogged>(events[1]);
        Assert.Equal((3, 2), (metrics.Step, metrics.Attempt));
        var checkpoint = Assert.IsType<CheckpointSaved>(events[2]);
        Assert.Equal(("ckpt/3", 3, true), (checkpoint.Path, checkpoint.Step, checkpoint.IsBest));
        var artifact = Assert.IsType<ArtifactSaved>(events[3]);
        Assert.Equal(
            ("m.bin", "model", 12, "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"),
            (artifact.Path, artifact.Kind, artifact.Size, artifact.Sha256));
        var log = Assert.IsType<LogWritten>(events[4]);
        Assert.Equal(("warning", "careful"), (log.Level, log.Message));
        var heartbeat = Assert.IsType<RunHeartbeat>(events[5]);
        Assert.Equal((30, 4, 10), (heartbeat.ExpectNextIn, heartbeat.Step, heartbeat.TotalSteps));
        Assert.Equal(3, Assert.IsType<RunResumed>(events[6]).FromStep);
        Assert.Equal(50, Assert.IsType<SystemSampled>(events[7]).Measurements["cpu_percent"]);
        var stopped = Assert.IsType<RunStopped>(events[8]);
        Assert.Equal(
            (RunStatus.Completed, 5, 1500, "mlf", "m.bin"),
            (stopped.Status, stopped.Epochs, stopped.DurationMs, stopped.MlflowRunId, stopped.ModelPath));
        Assert.Equal(1.5, Assert.Single(Assert.IsType<Dictionary<string, double>>(stopped.Measurements, exactMatch: false)).Value);
    }

    [Theory]
    [InlineData("""{"success":true}""", RunStatus.Completed)]
    [InlineData("""{"success":false}""", RunStatus.Failed)]
    [InlineData("""{"status":"success"}""", RunStatus.Completed)]
    [InlineData("""{"status":"FINISHED"}""", RunStatus.Completed)]
    [InlineData("""{"status":"failed","success":false}""", RunStatus.Failed)]
    [InlineData("""{"status":"canceled"}""", RunStatus.Cancelled)]
    [InlineData("""{"status":"preempted","success":false}""", RunStatus.Interrupted)]
    [InlineData("""{}""", RunStatus.Completed)]
    [InlineData("""{"status":"melted"}""", RunStatus.Unknown)]
    [InlineData("""{"status":3}""", RunStatus.Unknown)]
    [InlineData("""{"status":"melted","success":true}""", RunStatus.Completed)]
    public async Task A_stop_says_how_in_many_words(string metadata, RunStatus status)
    {
        await Ingest.AcceptedAsync($$$"""{"event":"ml.run.stop","trial_id":"r","metadata":{{{metadata}}}}""");

        Assert.Equal(status, Assert.IsType<RunStopped>(Assert.Single(Ingest.Store.Events)).Status);
    }

    [Fact]
    public async Task What_is_the_senders_own_of_a_checkpoint_is_kept_with_it()
    {
        await Ingest.AcceptedAsync("""
            [{"event":"ml.run.checkpoint","trial_id":"r","metadata":{"filepath":"a.pt","step":3,"epoch":1,"note":"größe"}},
             {"event":"ml.run.checkpoint","trial_id":"r","metadata":{"path":"b.pt","is_best":true}}]
            """);

        var checkpoints = Ingest.Store.Events.Cast<CheckpointSaved>().ToList();
        Assert.Equal(["a.pt", "b.pt"], checkpoints.Select(checkpoint => checkpoint.Path));
        Assert.Equal("größe", checkpoints[0].Metadata?.GetProperty("note").GetString());
        Assert.Equal(["epoch", "note"], checkpoints[0].Metadata?.EnumerateObject().Select(member => member.Name) ?? []);
        Assert.Null(checkpoints[1].Metadata);
    }

    [Fact]
    public async Task A_status_nobody_knows_is_kept_in_words()
    {
        await Ingest.AcceptedAsync("""
            [{"event":"ml.run.stop","trial_id":"r","metadata":{"status":"melted"}},{"event":"ml.run.stop","trial_id":"r","metadata":{"status":"melted","message":"too hot"}}]
            """);

        Assert.Equal(["Ended with the unknown status 'melted'.", "too hot"],
            Ingest.Store.Events.Select(runEvent => Assert.IsType<RunStopped>(runEvent).Message));
    }

    [Fact]
    public async Task Nan_and_infinities_are_taken_as_python_writes_them()
    {
        await Ingest.AcceptedAsync("""
            [{"event": "ml.run.start", "trial_id": "r", "metadata": {"hyperparams": {"clip": Infinity, "note": "NaN, -Infinity"}}},
             {"event": "ml.run.metric", "trial_id": "r", "measurements": {"a": NaN, "b":Infinity,"c": -Infinity, "d": -1, "NaN": 2}}]
            """);

        Assert.Equal("""{"clip": "Infinity", "note": "NaN, -Infinity"}""", Ingest.Store.Events[0].Hyperparams?.GetRawText());
        var values = Assert.IsType<MetricsLogged>(Ingest.Store.Events[1]).Measurements;
        Assert.Equal(
            new() { ["a"] = double.NaN, ["b"] = double.PositiveInfinity, ["c"] = double.NegativeInfinity, ["d"] = -1, ["NaN"] = 2 },
                values.ToDictionary());
    }

    [Fact]
    public async Task Lines_take_them_too()
    {
        const string Diverged = """{"event":"ml.run.metric","trial_id":"r","measurements":{"loss":NaN}}""";

        Assert.Equal(2, await Ingest.AcceptedAsync($"{Diverged}\n{Diverged}\n", "application/x-ndjson"));
    }

    [Fact]
    public async Task Whole_numbers_may_be_written_as_floating_point_numbers_do()
    {
        await Ingest.AcceptedAsync("""
            [{"event":"ml.run.metric","trial_id":"r","metadata":{"step":4096.0,"attempt":2.0},"measurements":{"loss":1}},
             {"event":"ml.run.resume","trial_id":"r","metadata":{"step":9007199254740992}},
             {"event":"ml.run.checkpoint","trial_id":"r","metadata":{"path":"p","step":4.096e3,"size":12.0}},
             {"event":"ml.run.stop","trial_id":42,"model_run_id":7.0,"metadata":{"epochs":3.0,"mlflow_run_id":5}}]
            """);

        var events = Ingest.Store.Events;
        Assert.Equal((4096, 2), (Assert.IsType<MetricsLogged>(events[0]).Step, events[0].Attempt));
        Assert.Equal(1L << 53, Assert.IsType<RunResumed>(events[1]).FromStep);
        var checkpoint = Assert.IsType<CheckpointSaved>(events[2]);
        Assert.Equal((4096, 12), (checkpoint.Step, checkpoint.Size));
        Assert.Equal(("42", "7", "5", 3),
            (events[3].RunId, events[3].ExperimentId, events[3].MlflowRunId, Assert.IsType<RunStopped>(events[3]).Epochs));
    }

    [Theory]
    [InlineData(""" "metric" """)]
    [InlineData(""" "stop" """)]
    [InlineData(""" "heartbeat" """)]
    [InlineData(""" "checkpoint" """)]
    public async Task Any_event_may_describe_its_run(string kind)
    {
        await Ingest.AcceptedAsync($$$"""
            {"event":["ml","run",{{{kind}}}],"trial_id":"r","tags":["nlp"],
             "metadata":{"spectral_norm":true,"hyperparams":{"lr":0.1},"mlflow_run_id":"mlf","path":"p"}{{{(kind.Contains("metric", StringComparison.Ordinal) ? ""","measurements":{"loss":1}""" : "")}}}}
            """);

        var one = Assert.Single(Ingest.Store.Events);
        Assert.Equal((true, """{"lr":0.1}""", "mlf", ""),
            (one.SpectralNorm, one.Hyperparams?.GetRawText(), one.MlflowRunId, one.Tags?["nlp"]));
    }

    [Theory]
    [InlineData("""["thunderline","ml","run","metric"]""")]
    [InlineData(""" "thunderline.ml.run.metric" """)]
    [InlineData(""" "ml.run.metric" """)]
    public async Task The_form_of_the_event_taxonomy_is_taken(string name)
    {
        await Ingest.AcceptedAsync(
            $$"""{"name":{{name}},"metadata":{"trial_id":"abc-123","model_run_id":"run-456","step":3},"measurements":{"loss":1} }""");

        var metrics = Assert.IsType<MetricsLogged>(Assert.Single(Ingest.Store.Events));
        Assert.Equal(("abc-123", "run-456", 3), (metrics.RunId, metrics.ExperimentId, metrics.Step));
    }

    [Theory]
    [InlineData("""["nlp","gpu"]""", "nlp,gpu")]
    [InlineData("""{"nlp":"","gpu":"a100"}""", "nlp,gpu")]
    public async Task Tags_are_an_object_or_a_list_of_names(string tags, string names)
    {
        await Ingest.AcceptedAsync($$"""{"event":"ml.run.start","trial_id":"r","metadata":{ "tags": {{tags}} } }""");

        Assert.Equal(names, string.Join(',', Assert.IsType<RunStarted>(Assert.Single(Ingest.Store.Events)).Tags?.Keys ?? []));
    }

    [Theory]
    [InlineData(null, "system")]
    [InlineData("gpu box/1", "system-gpu-box-1")]
    public async Task A_machine_without_a_run_has_one_named_after_it(string? source, string runId)
    {
        var sender = JsonSerializer.Serialize(source);
        await Ingest.AcceptedAsync($$"""{"event":"ml.system.metric","source":{{sender}},"measurements":{"cpu":1} }""");

        Assert.Equal(runId, Assert.Single(Ingest.Store.Events).RunId);
    }

    [Fact]
    public async Task Lines_hold_one_event_each_and_may_be_blank()
    {
        Assert.Equal(2, await Ingest.AcceptedAsync($"\n{Metric}\r\n\n  \n{Metric}", "application/x-ndjson"));

        Assert.Equal(2, Ingest.Store.Events.Count);
    }

    [Fact]
    public async Task Members_may_be_written_with_escapes()
    {
        await Ingest.AcceptedAsync("""{"\u0065vent":"ml.run.\u006detric","trial\u005fid":"\u0072","measurements":{"l\u006fss":1}}""");

        var metrics = Assert.IsType<MetricsLogged>(Assert.Single(Ingest.Store.Events));
        Assert.Equal(("r", "loss"), (metrics.RunId, Assert.Single(metrics.Measurements).Key));
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        Assert.Equal(1, await Ingest.AcceptedAsync($"\uFEFF{Metric}"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Compressed_bodies_are_read(string encoding)
    {
        var plain = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(Metric, 1000))}]");

        using var response = await Ingest.PostAsync(Compression.Compress(plain, encoding), encoding: encoding);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(1000, Ingest.Store.Events.Count);
    }

    [Theory]
    [InlineData("client-7:42")]
    [InlineData("any/visible;characters~!")]
    public async Task A_callers_key_is_passed_on(string key)
    {
        using var response = await Ingest.PostAsync(Encoding.UTF8.GetBytes(Metric), key: key);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(key, Assert.Single(Ingest.Store.Requests).Key);
    }

    [Fact]
    public async Task Without_a_key_none_is_made_up()
    {
        await Ingest.AcceptedAsync(Metric);

        Assert.Null(Assert.Single(Ingest.Store.Requests).Key);
    }

    [Fact]
    public async Task The_request_id_travels_with_the_events()
    {
        using var response = await Ingest.PostAsync(Metric);

        Assert.Equal(Assert.Single(response.Headers.GetValues("X-Request-ID")), Assert.Single(Ingest.Store.Requests).RequestId);
    }

    [Fact]
    public async Task The_document_describes_the_body()
    {
        var document = JsonDocument.Parse(await Ingest.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative))).RootElement;

        var operation = document.GetProperty("paths").GetProperty("/api/events/ml").GetProperty("post");
        var lines = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/x-ndjson").GetProperty("schema");
        Assert.Equal("#/components/schemas/MlEvent", lines.GetProperty("$ref").GetString());
        Assert.Equal("Idempotency-Key", operation.GetProperty("parameters")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_document_tells_events_apart_by_their_kind()
    {
        var document = JsonDocument.Parse(await Ingest.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative))).RootElement;

        var schemas = document.GetProperty("components").GetProperty("schemas");
        var union = schemas.GetProperty("MlEvent");
        var kinds = union.GetProperty("discriminator").GetProperty("mapping").EnumerateObject()
            .ToDictionary(kind => kind.Name, kind => kind.Value.GetString()?.Split('/')[^1] ?? "");
        Assert.Equal("event", union.GetProperty("discriminator").GetProperty("propertyName").GetString());
        Assert.Equal(
            ["ml.run.artifact", "ml.run.checkpoint", "ml.run.heartbeat", "ml.run.log", "ml.run.media", "ml.run.metric", "ml.run.resume",
                "ml.run.start", "ml.run.stop", "ml.system.metric"],
            kinds.Keys.Order(StringComparer.Ordinal));
        Assert.All(kinds, kind =>
        {
            var schema = schemas.GetProperty(kind.Value);
            Assert.Equal(kind.Key, schema.GetProperty("properties").GetProperty("event").GetProperty("enum")[0].GetString());
            Assert.Contains("event", schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        });
        var metadata = Resolve(schemas, schemas.GetProperty("ResumeEvent").GetProperty("properties").GetProperty("metadata"));
        var step = metadata.GetProperty("properties").GetProperty("step");
        Assert.Equal(("integer", "int64"), (step.GetProperty("type").GetString(), step.GetProperty("format").GetString()));
    }

    private static JsonElement Resolve(JsonElement schemas, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? schemas.GetProperty(reference.GetString()?.Split('/')[^1] ?? "")
        : schema.TryGetProperty("oneOf", out var choices)
            ? Resolve(schemas, choices.EnumerateArray().First(choice => choice.TryGetProperty("$ref", out _)))
        : schema;
}
