using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Tokenizers;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>Runs of every family, from fresh weights and from a folder in Hugging Face's format.</summary>
public class FamilyRunTests(RedisServer redis)
{
    public static TheoryData<string> Families =>
        [.. ModelFamilyTraits.BuiltIn.Where(family => family.Value.IsLanguageModel).Select(family => family.Key)];

    public static TheoryData<string> AllFamilies => [.. ModelFamilyTraits.BuiltIn.Keys];

    [Fact]
    public void Configs_and_models_know_the_same_families() => Assert.Equal(
        ModelFamilies.All.Select(family => (family.Name, string.Join(' ', family.ModelTypes))),
        ModelFamilyTraits.BuiltIn.OrderBy(family => family.Key, StringComparer.Ordinal)
            .Select(family => (family.Key, string.Join(' ', family.Value.ModelTypes))));

    [Theory]
    [MemberData(nameof(Families))]
    public void A_familys_traits_give_the_number_of_its_parameters(string family)
    {
        var traits = ModelFamilyTraits.BuiltIn[family];
        var (vocabulary, layers, heads, shared, dim, context) = (500, 3, 6, traits.SharesKvHeads ? 2 : 6, 120, 64);
        var width = Math.Ceiling(traits.FeedForwardRatio * dim / traits.FeedForwardMultiple) * traits.FeedForwardMultiple;
        var block = (2.0 + (2.0 * shared / heads)) * dim * dim + traits.FeedForwardMatrices * dim * width + traits.BlockVectors * dim
            + traits.HeadVectors * dim / heads;
        var expected = (vocabulary + (traits.LearnsPositions ? context : 0) + traits.FinalVectors) * dim + layers * block;

        Assert.Equal(
            expected, ModelFamilies.Named(family).Prepare(new(vocabulary, layers, heads, shared, dim, context)).ParameterCount);
    }

    [Theory]
    [MemberData(nameof(AllFamilies))]
    public void A_familys_traits_give_the_names_of_its_linear_layers(string family)
    {
        var shape = ModelFamilies.Named(family).Prepare(new(VocabularySize: 50, Layers: 3, Heads: 2, KvHeads: null, Dim: 16, MaxSeqLen: 8));

        Assert.Equal(
            shape.Parameters()
                .Where(parameter => parameter is { Role: ParameterRole.Linear or ParameterRole.Output, Size.Length: 2 })
                .Select(parameter => parameter.Name),
            ModelFamilyTraits.BuiltIn[family].LinearLayers(3).Select(layer => $"{layer}.weight"));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_model_is_trained_published_and_given_to_another_run(string family)
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var config = WorkerHost.Config with { ModelFamily = family, LearningRate = 3e-3 };
        var first = await host.QueueAsync(config with { MaxSteps = 100 });
        var trained = await host.EndOfAsync(first);
        Give(host, first, "given");
        var second = await host.QueueAsync(config with
        {
            PretrainedPath = "given",
            TokenizerId = "",
            Layers = null,
            Dim = null,
            MaxSeqLen = 8,
        });
        var continued = await host.EndOfAsync(second);

        Assert.Equal((RunStatus.Completed, RunStatus.Completed), (trained.Status, continued.Status));
        Assert.True(FirstLoss(second) < FirstLoss(first) - 0.5, $"{FirstLoss(second)} after {FirstLoss(first)}");
        var shape = ModelFamilies.ReadLanguageModel(await File.ReadAllTextAsync(host.RunFolder(second).Config));
        Assert.Equal((family, 1, 16, 16), (shape.Family, shape.Layers, shape.Dim, shape.MaxSeqLen));
        Assert.Equal(8, RunManifest.Read(host.RunFolder(second).Manifest)?.Plan.SequenceLength);
        Assert.True(File.Exists(Path.Combine(host.RunFolder(second).Checkpoints, "20", "config.json")));

        using var http = host.Http;
        var response = await http.PostAsJsonAsync($"/api/runs/{second}/generate", new { prompt = "line", max_new_tokens = 30, seed = 1 });
        var text = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString();
        Assert.False(string.IsNullOrEmpty(text));
        var evaluated = await host.EvaluatedAsync(await host.EvaluateAsync(second, new() { Samples = 0 }));
        Assert.NotNull(evaluated.Metrics);

        double FirstLoss(string run) => host.Store.EventsOf(run).OfType<MetricsLogged>().First().Measurements[MetricNames.TrainLoss];
    }

    [Theory]
    [InlineData("llama", WordPattern.Cl100k, "<|begin_of_text|> <|end_of_text|>")]
    [InlineData("qwen", WordPattern.Qwen2, "<|endoftext|> <|im_end|>")]
    public async Task A_folder_of_another_author_brings_its_tokenizer(string family, WordPattern pattern, string specialTokens)
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var first = await host.QueueAsync(WorkerHost.Config with { ModelFamily = family });
        await host.EndOfAsync(first);
        Give(host, first, "given");
        var file = Path.Combine(host.Folder, "given", "tokenizer.json");
        var trained = BpeTrainer.Train(
            TextCorpus.Open(Path.Combine(host.Folder, "corpus.txt")),
            new() { VocabularySize = 265, Pattern = pattern, SpecialTokens = specialTokens.Split(' ') }).Tokenizer;
        trained.Save(file);

        var second = await host.QueueAsync(WorkerHost.Config with
        {
            ModelFamily = family,
            PretrainedPath = "given",
            TokenizerId = "",
            Layers = null,
            Dim = null,
        });
        var ended = await host.EndOfAsync(second);

        Assert.True(ended.Status == RunStatus.Completed, ended.Message);
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(host.RunFolder(second).Tokenizer));
        var end = specialTokens.Split(' ').First(token => token.Contains("end", StringComparison.Ordinal));
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(host.RunFolder(second).Path, "tokenizer_config.json")));
        Assert.Equal(end, config?["eos_token"]?.GetValue<string>());
        using var http = host.Http;
        var response = await http.PostAsJsonAsync($"/api/runs/{second}/generate", new { prompt = "line 12", max_new_tokens = 5, seed = 1 });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_given_model_that_can_not_be_used_fails_the_run_with_the_reason()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var first = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(first);
        Give(host, first, "given");
        Give(host, first, "torch");
        File.Move(Path.Combine(host.Folder, "torch", "model.safetensors"), Path.Combine(host.Folder, "torch", "pytorch_model.bin"));
        Give(host, first, "cut");
        await File.WriteAllBytesAsync(
            Path.Combine(host.Folder, "cut", "model.safetensors"), File.ReadAllBytes(host.RunFolder(first).Weights)[..^1]);
        Give(host, first, "linked");
        File.Delete(Path.Combine(host.Folder, "linked", "config.json"));
        File.CreateSymbolicLink(Path.Combine(host.Folder, "linked", "config.json"), "/etc/hostname");
        var config = WorkerHost.Config with { PretrainedPath = "given", TokenizerId = "", Layers = null, Dim = null };

        await AssertFailsAsync("max_seq_len 17 is more than the context of the given model, 16", config with { MaxSeqLen = 17 });
        await AssertFailsAsync("family 'gpt2'", config with { ModelFamily = "llama" });
        await AssertFailsAsync("convert them to safetensors", config with { PretrainedPath = "torch" });
        await AssertFailsAsync("ends 1 bytes early", config with { PretrainedPath = "cut" });
        await AssertFailsAsync("a link to outside the corpus folder", config with { PretrainedPath = "linked" });
        await AssertFailsAsync("'gone' does not exist", config with { PretrainedPath = "gone" });

        async Task AssertFailsAsync(string reason, TrainingConfig wrong)
        {
            var stop = await host.EndOfAsync(await host.QueueAsync(wrong));
            Assert.Equal((RunStatus.Failed, "USER_INPUT"), (stop.Status, stop.ErrorKind));
            Assert.Contains(reason, stop.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Copies what a run has published to a folder below the corpus root.</summary>
    private static void Give(WorkerHost host, string run, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, name)).FullName;
        foreach (var file in (string[])["config.json", "model.safetensors", "tokenizer.json"])
        {
            File.Copy(Path.Combine(host.RunFolder(run).Path, file), Path.Combine(folder, file));
        }
    }
}
