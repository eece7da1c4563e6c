using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;
using Trainyard.Harness.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Errors;

public sealed class ErrorTests : IAsyncLifetime
{
    private TestApp? app;

    private TestApp App => app ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync(builder => builder.AddServiceDefaults(), host =>
    {
        host.MapDefaultEndpoints();
        host.MapPost("/api/config", (TrainingConfig config) => TypedResults.Ok(config));
        host.MapPost("/api/small", (TrainingConfig config) => TypedResults.Ok(config)).WithMetadata(new RequestSizeLimitAttribute(100));
        host.MapGet("/api/number", (int limit) => TypedResults.Ok(limit));
        host.MapGet("/api/query", ([AsParameters] Query query) => TypedResults.Ok(query));
        host.MapPost("/api/rule", (Rule rule) => TypedResults.Ok(rule));
        host.MapGet("/api/nested/{id:int}", (int id) => TypedResults.Ok(id));
        host.MapGet("/api/known", IResult () => throw new TrainyardException(ErrorCode.RunNotFound, "Run 'x' does not exist."));
        host.MapGet(
            "/api/later",
            IResult () => throw new TrainyardException(ErrorCode.BackendUnavailable, "Later.") { RetryAfter = TimeSpan.FromSeconds(1.2) });
        host.MapGet(
            "/api/many",
            IResult () => throw new TrainyardException(
                ErrorCode.ConfigInvalid, [new("layers", "must be 1"), new("heads", "must be 2")]));
        host.MapGet("/api/unknown", IResult () => throw new InvalidOperationException("password=hunter2"));
        host.MapGet("/api/full", () => File.WriteAllText("/dev/full", "x"));
        host.MapGet("/api/bare/{status}", (int status) => TypedResults.StatusCode(status));
        host.MapGet("/api/half", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            throw new InvalidOperationException("too late");
        });
    });

    public ValueTask DisposeAsync() => App.DisposeAsync();

    [Theory]
    [InlineData("GET", "/nowhere", 404, "DATA_NOT_FOUND")]
    [InlineData("GET", "/api/nested/seven", 404, "DATA_NOT_FOUND")]
    [InlineData("DELETE", "/api/config", 405, "CONFIG_INVALID")]
    [InlineData("GET", "/api/number", 400, "CONFIG_INVALID")]
    [InlineData("GET", "/api/number?limit=many", 400, "CONFIG_INVALID")]
    [InlineData("GET", "/api/known", 404, "RUN_NOT_FOUND")]
    [InlineData("GET", "/api/bare/401", 401, "UNAUTHORIZED")]
    [InlineData("GET", "/api/bare/429", 429, "RATE_LIMITED")]
    [InlineData("GET", "/api/bare/502", 502, "UNAVAILABLE")]
    [InlineData("GET", "/api/bare/500", 500, "INTERNAL")]
    public async Task Every_refusal_has_the_same_form(string method, string path, int status, string code)
    {
        using var response = await App.Http.SendAsync(new(new(method), path));

        var problem = await TestApp.ReadProblemAsync(response, status, code);
        Assert.Equal(path.Split('?')[0], (string?)problem["instance"]);
    }

    [Theory]
    [InlineData("/api/number?limit=many", "limit: must be a whole number, not 'many'")]
    [InlineData("/api/number", "limit: is required: a whole number")]
    [InlineData("/api/query?from_step=1.5", "from_step: must be a whole number, not '1.5'")]
    [InlineData("/api/query?best=yes&from=now",
        "best: must be true or false, not 'yes'; from: must be a time in ISO 8601, such as 2025-10-05T12:34:56.789Z, not 'now'")]
    [InlineData("/api/query?value=much", "value: must be a number, not 'much'")]
    public async Task A_missing_or_wrong_query_value_is_named_with_what_is_allowed(string path, string message)
    {
        using var response = await App.Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(message, (string?)(await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID"))["message"]);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "Content-Type: must be application/json, not application/x-www-form-urlencoded")]
    [InlineData(null, "Content-Type: must be application/json, not absent")]
    [InlineData(
        "application/json; charset=utf-16", "Content-Type: must be application/json in UTF-8, not application/json; charset=utf-16")]
    public async Task A_body_that_is_not_json_is_refused_with_its_media_type(string? type, string message)
    {
        using var response = await PostAsync("/api/config", "layers=3", type);

        Assert.Equal(message, (string?)(await TestApp.ReadProblemAsync(response, 415, "CONFIG_INVALID"))["message"]);
    }

    [Theory]
    [InlineData("{\n  \"layers\": 3,\n  \"heads\": two\n}", "body: is not JSON at line 3, column 13: 'wo'")]
    [InlineData("{\"layers\": \"three\"}", "layers: must be a whole number, not \"three\"")]
    [InlineData("{\"layers\": 3.5}", "layers: must be a whole number, not 3.5")]
    [InlineData("{\"layers\": 99999999999}", "layers: must be a whole number from 1 to 96, not 99999999999")]
    [InlineData("{\"layers\": 1e20}", "layers: must be a whole number from 1 to 96, not 1e20")]
    [InlineData("{\"layers\": -1e400}", "layers: must be a whole number from 1 to 96, not -1e400")]
    [InlineData("{\"layers\": 3, \"layers\": 4}", "layers: is given more than once")]
    [InlineData("{\"name\": \"half \\\\ \\uDBFF\"}", "name: must be text without half a surrogate pair, such as \\uDBFF")]
    [InlineData("{\"notes\": \"\\ude00\\ud83d\\ude00\"}", "notes: must be text without half a surrogate pair, such as \\ude00")]
    [InlineData("{\"tags\": {\"\\ud800\": \"a\"}}", "body: must have names without half a surrogate pair")]
    [InlineData("{\"\\ud800\": 1}", "body: must have names without half a surrogate pair")]
    [InlineData("{\"tokenizer_id\": null}", "tokenizer_id: must be text, not null")]
    [InlineData("{\"spectral_norm\": 1, \"tags\": 7}",
        "spectral_norm: must be true or false, not 1; tags: must be an object of strings or a list of names, not 7")]
    [InlineData("{\"tags\": {\"a\": 1}}", "tags: must have strings for names and values, not an object")]
    [InlineData("[]", "body: must be an object, not a list")]
    [InlineData("{", "body: is not JSON at line 1, column 2: the text ends there")]
    [InlineData(
        "{\"tags\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "body: exceeds the allowed depth at line 1, column 73")]
    public async Task A_body_that_cannot_be_read_is_refused_with_field_value_and_rule(string body, string message)
    {
        using var response = await PostAsync("/api/config", body);

        Assert.Equal(message, (string?)(await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID"))["message"]);
    }

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/json; charset=us-ascii")]
    public async Task A_body_in_utf_8_is_read_however_its_charset_is_written(string type)
    {
        using var response = await PostAsync("/api/config", "{\"tokenizer_id\":\"t\",\"corpus_path\":\"c\"}", type);

        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_whole_surrogate_pair_is_text()
    {
        using var response = await PostAsync(
            "/api/config", "{\"tokenizer_id\":\"t\",\"corpus_path\":\"c\",\"name\":\"\\ud83d\\ude00\",\"layers\":1.5}");

        var problem = await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID");
        Assert.Equal("layers: must be a whole number, not 1.5", (string?)problem["message"]);
    }

    [Theory]
    [InlineData("/api/config", "{\"layres\": 3}", "layres: is unknown; allowed are model_family, model_size, layers, heads,")]
    [InlineData("/api/config", "{\"Layers\": 3}", "Layers: is unknown; allowed are model_family, model_size, layers, heads,")]
    [InlineData("/api/config", "", "body: is required: an object with model_family, model_size, layers, heads,")]
    [InlineData("/api/config", "null", "body: must be an object, not null")]
    [InlineData("/api/rule", "{\"kind\": \"over\"}",
        "kind: must be one of above, below, nan, plateau, stalled, failed, finished, not \"over\"; limits: is required: a list")]
    [InlineData("/api/rule", "{\"kind\": \"above\", \"limits\": [1, \"two\"]}", "limits[1]: must be a number, not \"two\"")]
    [InlineData("/api/rule", "{\"kind\": \"above\", \"limits\": [], \"at\": \"noon\", \"within\": {\"a\": {\"kind\": 3}}}",
        "at: must be a time in ISO 8601, such as 2025-10-05T12:34:56.789Z, not \"noon\"; within.a.kind: must be one of above,")]
    public async Task Unknown_members_and_wrong_words_are_told_apart(string path, string body, string start)
    {
        using var response = await PostAsync(path, body);

        var problem = await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID");
        Assert.StartsWith(start, (string?)problem["message"], StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)\\.NET|System\\.|Trainyard\\.|Nullable|parameter", problem.ToJsonString());
    }

    [Fact]
    public async Task A_long_body_is_refused_with_the_place()
    {
        using var response = await PostAsync("/api/config", $"{{\n\"notes\": \"{new string('n', 2 << 20)}\",\n\"layers\": true}}");

        var problem = await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID");
        Assert.Equal("body: does not match this request's schema, at line 3, column 15", (string?)problem["message"]);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var response = await PostAsync("/api/small", $"{{\"name\":\"{new string('x', 200)}\"}}");

        var problem = await TestApp.ReadProblemAsync(response, 413, "PAYLOAD_TOO_LARGE");
        Assert.Equal("The body is larger than its limit of 100 bytes.", (string?)problem["message"]);
    }

    [Fact]
    public async Task Every_reason_is_listed_by_its_member()
    {
        using var response = await App.Http.GetAsync(new Uri("/api/many", UriKind.Relative));

        var problem = await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID");
        Assert.Equal(
            """[{"field":"layers","message":"must be 1"},{"field":"heads","message":"must be 2"}]""",
            problem["problems"]?.ToJsonString());
        Assert.Equal("layers: must be 1; heads: must be 2", (string?)problem["message"]);
    }

    [Fact]
    public async Task A_failure_that_passes_says_when_to_try_again()
    {
        using var response = await App.Http.GetAsync(new Uri("/api/later", UriKind.Relative));

        await TestApp.ReadProblemAsync(response, 503, "BACKEND_UNAVAILABLE");
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_slash_that_is_encoded_twice_names_no_other_path()
    {
        using var twice = await App.Http.GetAsync(new Uri("/api/nested%252Fseven", UriKind.Relative));
        using var once = await App.Http.GetAsync(new Uri("/api/nested%2Fseven?next=%252F", UriKind.Relative));

        await TestApp.ReadProblemAsync(twice, 403, "PATH_FORBIDDEN");
        await TestApp.ReadProblemAsync(once, 404, "DATA_NOT_FOUND");
    }

    [Fact]
    public async Task A_full_disk_is_named_and_can_be_tried_again()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Only Linux has a device that is always full.");
        using var response = await App.Http.GetAsync(new Uri("/api/full", UriKind.Relative));

        var problem = await TestApp.ReadProblemAsync(response, 503, "BACKEND_UNAVAILABLE");
        Assert.Contains("disk", (string?)problem["message"], StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task An_unknown_failure_shows_nothing_of_itself()
    {
        using var response = await App.Http.GetAsync(new Uri("/api/unknown", UriKind.Relative));

        var problem = await TestApp.ReadProblemAsync(response, 500, "INTERNAL");
        Assert.DoesNotContain("hunter2", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_the_middle_of_an_answer_ends_the_connection()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => App.Http.GetStringAsync(new Uri("/api/half", UriKind.Relative)));
    }

    [Fact]
    public async Task A_good_body_is_read_and_written_as_the_wire_has_it()
    {
        using var response = await PostAsync("/api/config", """{"layers":3,"learning_rate":0.001,"tags":["a"]}""");

        var config = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((3, ""), ((int?)config?["layers"], (string?)config?["tags"]?["a"]));
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body, string? type = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return await App.Http.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private sealed record Query(
        [property: FromQuery(Name = "from_step")] long? FromStep,
        [property: FromQuery(Name = "best")] bool? Best,
        [property: FromQuery(Name = "from")] DateTimeOffset? From,
        [property: FromQuery(Name = "value")] double? Value);

    private sealed record Rule(AlertKind Kind, DateTimeOffset? At)
    {
        public required IReadOnlyList<double> Limits { get; init; }

        public IReadOnlyDictionary<string, Rule>? Within { get; init; }
    }
}
