using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Trainyard.Harness.Plugins;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>A plugin in a whole Trainyard: the API knows its family without having loaded the assembly.</summary>
public sealed class PluginTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_plugins_family_is_known_to_the_API_trained_and_reproduced()
    {
        PluginFiles.AddGru(folder.File("plugins"));
        Directory.CreateDirectory(folder.File("plugins", "broken"));
        await File.WriteAllTextAsync(folder.File("plugins", "broken", "plugin.json"), """{"name": "broken"}""");
        await using var standalone = await TrainyardProcess.StartReadyAsync(
            "Standalone", StandaloneStartTests.Data(folder.File("data")));
        using var client = new TrainyardClient(standalone.Address);

        var families = (await client.GetAsync("/api/model-families"))["items"]?.AsArray() ?? [];
        var gru = Assert.Single(families, family => (string?)family?["name"] == "gru");
        Assert.Equal(("gru", "1.0.0"), ((string?)gru?["plugin"]?["name"], (string?)gru?["plugin"]?["version"]));
        Assert.Equal("GRU (sample)", (string?)gru?["traits"]?["title"]);
        var document = await client.GetAsync("/openapi/v1.json");
        var member = document["components"]?["schemas"]?["TrainingConfig"]?["properties"]?["model_family"];
        Assert.Contains("gru", member?["enum"]?.AsArray().Select(name => (string?)name) ?? []);
        Assert.NotNull(member?["x-presets"]?["gru"]);
        Assert.Contains("version is required", standalone.Output, StringComparison.Ordinal);

        var tokenizer = await client.TrainTokenizerAsync("docs/decisions", 512);
        using var wrong = await client.Http.PostAsJsonAsync(
            "/api/runs/train",
            new { model_family = "gru", tokenizer_id = tokenizer, corpus_path = "docs/decisions", heads = 4, kv_heads = 2 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("must equal heads (4) for model_family 'gru'", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var runId = await client.StartRunAsync(new
        {
            model_family = "gru",
            model_size = "nano",
            tokenizer_id = tokenizer,
            corpus_path = "docs/decisions",
            max_seq_len = 16,
            max_steps = 20,
        });
        await client.RunEndsAsync(runId, "completed", Limit);
        var again = await client.PostAsync($"/api/runs/{runId}/reproduce", new { });
        await client.RunEndsAsync(TrainyardClient.Text(again, "run_id"), "completed", Limit);
        var reproduction = await client.GetAsync($"/api/runs/{TrainyardClient.Text(again, "run_id")}/reproduction");
        Assert.True((bool?)reproduction["weights_are_identical"], reproduction.ToJsonString());
        Assert.Empty(reproduction["differences"]?.AsArray() ?? [JsonValue.Create("none")]);
    }
}
