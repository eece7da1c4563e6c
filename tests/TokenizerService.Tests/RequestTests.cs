using System.Text.Json.Nodes;
using static Trainyard.TokenizerService.Tests.TokenizerApp;

namespace Trainyard.TokenizerService.Tests;

public sealed class RequestTests : IAsyncLifetime
{
    private readonly Folders folders = new();
    private TokenizerApp? started;

    private TokenizerApp App => started ?? throw new InvalidOperationException("The service is not started.");

    public async ValueTask InitializeAsync() =>
        started = await TokenizerApp.StartAsync(folders, ("TOKENIZERS:MAX_TEXT_BYTES", "1000"), ("TOKENIZERS:MAX_IDS", "100"));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        folders.Dispose();
    }

    [Fact]
    public async Task Every_problem_of_a_config_is_named_in_one_answer()
    {
        var (status, refused) = await App.PostAsync("/api/tokenizers/train", new
        {
            method = "sentencepiece_unigram",
            corpus_path = "nowhere",
            vocab_size = 10,
            min_frequency = 0,
            special_tokens = new[] { "<s>", "<s>", null },
            normalization = "nfd",
            pattern = "gpt9",
            holdout_fraction = 0.9,
            threads = 0,
            sample_max_lines = 0,
            name = "",
        });

        Assert.Equal((400, "CONFIG_INVALID"), (status, Text(refused, "code")));
        Assert.Equal(
            [
                "corpus_path", "holdout_fraction", "method", "min_frequency", "name", "normalization", "pattern", "sample_max_lines",
                "special_tokens", "special_tokens", "threads", "vocab_size",
            ],
            refused["problems"]?.AsArray().Select(problem => Text(problem, "field")).Order());
        Assert.Contains("bpe", Text(refused, "message"), StringComparison.Ordinal);
        Assert.Contains("qwen2", Text(refused, "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "CONFIG_INVALID", "corpus_path")]
    [InlineData("{\"corpus_path\":\"small\",\"vocab_sise\":300}", "CONFIG_INVALID", "vocab_sise")]
    [InlineData("{\"corpus_path\":\"small\",\"vocab_size\":\"many\"}", "CONFIG_INVALID", "vocab_size")]
    [InlineData("{\"corpus_path\":null}", "CONFIG_INVALID", "corpus_path")]
    [InlineData("not json", "CONFIG_INVALID", "JSON")]
    [InlineData("{\"corpus_path\":\"nowhere\"}", "DATA_NOT_FOUND", "nowhere")]
    [InlineData("{\"corpus_path\":\"../secret.txt\"}", "PATH_FORBIDDEN", "secret.txt")]
    [InlineData("{\"corpus_path\":\"small/../../secret.txt\"}", "PATH_FORBIDDEN", "secret.txt")]
    [InlineData("{\"corpus_path\":\"/etc/passwd\"}", "PATH_FORBIDDEN", "APP__CORPUS_ROOT")]
    [InlineData("{\"corpus_path\":\"link/secret.txt\"}", "PATH_FORBIDDEN", "link")]
    [InlineData("{\"corpus_path\":\"binary\"}", "CONFIG_INVALID", ": binary, at byte")]
    public async Task A_request_that_can_not_work_is_refused_with_its_code(string body, string code, string named)
    {
        await File.WriteAllTextAsync(Path.Combine(folders.Outside, "secret.txt"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(folders.Corpus, "link"), folders.Outside);
        await File.WriteAllBytesAsync(folders.Write("binary/image.png", ""), [1, 0, 2]);

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await App.Http.PostAsync("/api/tokenizers/train", content);
        var refused = JsonNode.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(code, Text(refused, "code"));
        Assert.Contains(named, Text(refused, "message"), StringComparison.Ordinal);
        Assert.False(
            Directory.Exists(folders.Data) && Directory.EnumerateFiles(folders.Data, "manifest.json", SearchOption.AllDirectories).Any());
    }

    [Theory]
    [InlineData("tok-000000000000")]
    [InlineData("..")]
    [InlineData("%2e%2e%2fmodels")]
    public async Task An_unknown_id_is_not_found(string id)
    {
        var (status, refused) = await App.PostAsync($"/api/tokenizers/{id}/encode", new { text = "x" });

        Assert.Equal(404, status);
        if (!id.Contains("..", StringComparison.Ordinal))
        {
            Assert.Equal("TOKENIZER_NOT_FOUND", Text(refused, "code"));
        }
    }

    [Fact]
    public async Task What_is_too_large_or_out_of_range_is_refused()
    {
        var id = await App.TrainAsync(new { corpus_path = "small", vocab_size = 260 });
        await App.WaitUntilTrainedAsync(id);

        var (tooLong, text) = await App.PostAsync($"/api/tokenizers/{id}/encode", new { text = new string('é', 501) });
        var (tooMany, ids) = await App.PostAsync($"/api/tokenizers/{id}/decode", new { ids = new int[101] });
        var (outside, range) = await App.PostAsync($"/api/tokenizers/{id}/decode", new { ids = new[] { 1, 260 } });

        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (tooLong, Text(text, "code")));
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (tooMany, Text(ids, "code")));
        Assert.Equal((400, "ids[1]"), (outside, Text(range["problems"]?[0], "field")));
    }

    [Fact]
    public async Task Tokenizers_are_listed_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, await App.TrainAsync(new { corpus_path = "small", vocab_size = 260 }));
        }
        await File.WriteAllTextAsync(folders.Write("../data/artifacts/tokenizers/tok-broken/manifest.json", ""), "{");

        var first = await App.GetAsync("/api/tokenizers?limit=2");
        var second = await App.GetAsync($"/api/tokenizers?limit=2&cursor={Text(first, "next_cursor")}");

        Assert.Equal(ids, Ids(first).Concat(Ids(second)));
        Assert.Null(second["next_cursor"]);
        Assert.Equal("CONFIG_INVALID", Text(await App.GetAsync("/api/tokenizers?limit=0"), "code"));

        static IEnumerable<string> Ids(JsonObject page) => page["items"]?.AsArray().Select(item => Text(item, "tokenizer_id")) ?? [];
    }

    [Fact]
    public async Task The_OpenAPI_document_has_every_endpoint()
    {
        var paths = (await App.GetAsync("/openapi/v1.json"))["paths"]?.AsObject() ?? [];

        Assert.Equal(
            [
                "/api/tokenizers", "/api/tokenizers/train", "/api/tokenizers/{tokenizerId}",
                "/api/tokenizers/{tokenizerId}/decode", "/api/tokenizers/{tokenizerId}/encode",
            ],
            paths.Select(path => path.Key).Where(path => path.Contains("tokenizers", StringComparison.Ordinal)).Order());
    }
}
