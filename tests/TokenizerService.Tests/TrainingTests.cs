using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Trainyard.Tokenizers;
using static Trainyard.TokenizerService.Tests.TokenizerApp;

namespace Trainyard.TokenizerService.Tests;

public sealed class TrainingTests : IDisposable
{
    private readonly Folders folders = new();

    public void Dispose() => folders.Dispose();

    [Fact]
    public async Task A_folder_of_text_becomes_a_tokenizer_that_encodes_and_decodes()
    {
        await using var app = await TokenizerApp.StartAsync(folders);

        var id = await app.TrainAsync(new
        {
            corpus_path = "small",
            vocab_size = 280,
            name = "first",
            holdout_fraction = 0,
            special_tokens = new[] { "<|endoftext|>", "<|pad|>" },
        });
        var tokenizer = await app.WaitUntilTrainedAsync(id);
        var (_, encoded) = await app.PostAsync($"/api/tokenizers/{id}/encode", new { text = "the cat<|pad|> sät" });
        var (_, decoded) = await app.PostAsync($"/api/tokenizers/{id}/decode", new { ids = encoded["ids"] });

        Assert.Equal("completed", Text(tokenizer, "status"));
        Assert.Equal("first", Text(tokenizer, "name"));
        Assert.Equal("small", Text(tokenizer["config"], "corpus_path"));
        Assert.Equal(2, tokenizer["corpus"]?["files"]?.GetValue<int>());
        Assert.InRange(tokenizer["statistics"]?["coverage"]?.GetValue<double>() ?? -1, 0.5, 1);
        Assert.Equal(
            ["the", "Ġcat", "<|pad|>", "Ġ", "s", "Ã", "¤", "t"], encoded["tokens"]?.AsArray().Select(token => token?.GetValue<string>()));
        Assert.Equal("the cat<|pad|> sät", Text(decoded, "text"));
    }

    [Theory]
    [InlineData("gpt2", "the rat| 2026|.|\n|'|S")]
    [InlineData("llama3", "the rat| |202|6|.\n|'S")]
    [InlineData("qwen2", "the rat| |2|0|2|6|.\n|'S")]
    [InlineData("o200k", "the rat| |202|6|.\n|'S")]
    public async Task A_tokenizer_splits_words_by_the_pattern_of_its_config(string pattern, string words)
    {
        folders.Write("numbers/text.txt", string.Concat(Enumerable.Repeat("the rat 2026.\n'S the rat", 50)));
        await using var app = await TokenizerApp.StartAsync(folders);

        var id = await app.TrainAsync(new { corpus_path = "numbers", vocab_size = 300, pattern, holdout_fraction = 0, min_frequency = 1 });
        var tokenizer = await app.WaitUntilTrainedAsync(id);
        var (_, encoded) = await app.PostAsync($"/api/tokenizers/{id}/encode", new { text = "the rat 2026.\n'S" });

        Assert.Equal(pattern, Text(tokenizer["config"], "pattern"));
        Assert.Equal(
            words.Replace("the rat", "the| rat", StringComparison.Ordinal).Replace(' ', 'Ġ').Replace('\n', 'Ċ').Split('|'),
            encoded["tokens"]?.AsArray().Select(token => token?.GetValue<string>()));
    }

    [Fact]
    public async Task The_manifest_says_how_the_tokenizer_came_about()
    {
        await using var app = await TokenizerApp.StartAsync(folders);

        var id = await app.TrainAsync(new { corpus_path = "small/one.txt", vocab_size = 300, seed = 7 });
        await app.WaitUntilTrainedAsync(id);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(folders.Artifact(id, "manifest.json")))?.AsObject() ?? [];
        var log = await File.ReadAllLinesAsync(folders.Artifact(id, "logs.jsonl"));

        Assert.Equal("completed", Text(manifest, "status"));
        Assert.Equal(7, manifest["config"]?["seed"]?.GetValue<long>());
        Assert.All(
            (string[])["created_at", "started_at", "finished_at"],
            name => Assert.EndsWith("Z", Text(manifest, name), StringComparison.Ordinal));
        Assert.All((string[])["trainyard", "dotnet", "os", "cpu"], name => Assert.NotEmpty(Text(manifest["environment"], name)));
        var file = await File.ReadAllBytesAsync(folders.Artifact(id, "tokenizer.json"));
        string[] names = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];
        Assert.Equal(names, manifest["artifacts"]?.AsArray().Select(known => Text(known, "path")));
        var artifact = manifest["artifacts"]?[0];
        Assert.Equal(file.Length, artifact?["size"]?.GetValue<int>());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), Text(artifact, "sha256"));
        Assert.All(log, line => Assert.Equal(id, Text(JsonNode.Parse(line), "tokenizer_id")));
        Assert.Contains("instead of 300", Text(manifest, "message"), StringComparison.Ordinal);
        Assert.Equal(
            ["logs.jsonl", "manifest.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"],
            Directory.GetFiles(folders.Artifact(id, "")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task What_of_the_corpus_is_left_out_is_named_and_bad_bytes_can_be_replaced()
    {
        var mixed = Directory.CreateDirectory(Path.Combine(folders.Corpus, "mixed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(mixed, "good.txt"), "the cat sat\n");
        await File.WriteAllBytesAsync(Path.Combine(mixed, "latin1.txt"), [.. "a caf"u8, 0xE9, (byte)'\n']);
        await using var app = await TokenizerApp.StartAsync(folders);

        var strict = await app.TrainAsync(new { corpus_path = "mixed", holdout_fraction = 0 });
        var corpus = (await app.WaitUntilTrainedAsync(strict))["corpus"];
        var lenient = await app.TrainAsync(new { corpus_path = "mixed", holdout_fraction = 0, replace_invalid_bytes = true });
        var replaced = (await app.WaitUntilTrainedAsync(lenient))["corpus"];

        Assert.Equal(1, corpus?["skipped_files"]?.GetValue<int>());
        var skipped = Assert.Single(corpus?["skipped"]?.AsArray() ?? []);
        Assert.Equal(
            ("latin1.txt", "not UTF-8 text", 5), (Text(skipped, "path"), Text(skipped, "reason"), skipped?["position"]?.GetValue<int>()));
        Assert.Contains(
            "Left out latin1.txt: not UTF-8 text, at byte 5.",
            await File.ReadAllTextAsync(folders.Artifact(strict, "logs.jsonl")),
            StringComparison.Ordinal);
        Assert.Equal((2, 0), (replaced?["files"]?.GetValue<int>(), replaced?["skipped_files"]?.GetValue<int>()));
        Assert.Contains(
            "the first at byte 5", await File.ReadAllTextAsync(folders.Artifact(lenient, "logs.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_tokenizer_names_the_runs_that_use_it()
    {
        await using var app = await TokenizerApp.StartAsync(folders);
        string[] ids = [await app.TrainAsync(new { corpus_path = "small" }), await app.TrainAsync(new { corpus_path = "small" })];
        await app.WaitUntilTrainedAsync(ids[1]);
        foreach (var (run, tokenizer) in new[] { ("run-b", ids[0]), ("run-a", ids[0]), ("run-c", "another") })
        {
            var folder = Directory.CreateDirectory(Path.Combine(folders.Artifact(ids[0], ""), "..", "..", "models", run)).FullName;
            await File.WriteAllTextAsync(
                Path.Combine(folder, "manifest.json"), $$"""{"run_id":"{{run}}","config":{"tokenizer_id":"{{tokenizer}}"} }""");
        }

        using var used = await app.Http.DeleteAsync($"/api/tokenizers/{ids[0]}");
        using var unused = await app.Http.DeleteAsync($"/api/tokenizers/{ids[1]}");

        Assert.Equal((200, 204), ((int)used.StatusCode, (int)unused.StatusCode));
        var answer = JsonNode.Parse(await used.Content.ReadAsStringAsync());
        Assert.Equal(["run-a", "run-b"], answer?["used_by"]?.AsArray().Select(run => run?.GetValue<string>()));
    }

    [Fact]
    public async Task Progress_shows_while_it_trains()
    {
        folders.WriteLargeCorpus();
        await using var app = await TokenizerApp.StartAsync(folders);

        var id = await app.TrainAsync(new { corpus_path = "large.txt", vocab_size = 30_000 });
        var training = await app.WaitAsync(id, tokenizer => tokenizer["progress"]?["merges_done"]?.GetValue<int>() > 0);

        Assert.Equal("training", Text(training, "status"));
        Assert.Equal("merging", Text(training["progress"], "phase"));
        Assert.InRange(training["progress"]?["fraction"]?.GetValue<double>() ?? -1, 0, 1);
        Assert.Equal(30_000 - 257, training["progress"]?["merges_wanted"]?.GetValue<int>());
        var (status, refused) = await app.PostAsync($"/api/tokenizers/{id}/encode", new { text = "x" });
        Assert.Equal((409, "ILLEGAL_TRANSITION"), (status, Text(refused, "code")));
    }

    [Fact]
    public async Task What_a_restart_interrupts_is_trained_again_with_the_same_result()
    {
        folders.WriteLargeCorpus();
        string[] ids;
        await using (var app = await TokenizerApp.StartAsync(folders))
        {
            ids =
            [
                await app.TrainAsync(new { corpus_path = "large.txt", vocab_size = 3000 }),
                await app.TrainAsync(new { corpus_path = "small" }),
            ];
            await app.WaitAsync(ids[0], tokenizer => Text(tokenizer, "status") is "training");
        }
        var left = ids.Select(id => Text(JsonNode.Parse(File.ReadAllText(folders.Artifact(id, "manifest.json"))), "status")).ToArray();

        await using var again = await TokenizerApp.StartAsync(folders);
        var trained = await again.WaitUntilTrainedAsync(ids[0]);
        await again.WaitUntilTrainedAsync(ids[1]);

        Assert.Equal(["training", "queued"], left);
        Assert.Equal(2, trained["attempts"]?.GetValue<int>());
        var uninterrupted = Path.Combine(folders.Outside, "uninterrupted.json");
        BpeTrainer.Train(
            TextCorpus.Open(Path.Combine(folders.Corpus, "large.txt")), new() { VocabularySize = 3000, HoldoutFraction = 0.05 })
            .Tokenizer.Save(uninterrupted);
        Assert.Equal(await File.ReadAllBytesAsync(uninterrupted), await File.ReadAllBytesAsync(folders.Artifact(ids[0], "tokenizer.json")));
    }

    [Fact]
    public async Task A_tokenizer_can_be_deleted_while_it_trains_and_while_it_waits()
    {
        folders.WriteLargeCorpus();
        await using var app = await TokenizerApp.StartAsync(folders);
        var training = await app.TrainAsync(new { corpus_path = "large.txt", vocab_size = 30_000 });
        var waiting = await app.TrainAsync(new { corpus_path = "small" });
        var last = await app.TrainAsync(new { corpus_path = "small" });
        await app.WaitAsync(training, tokenizer => Text(tokenizer, "status") is "training");

        foreach (var id in (string[])[waiting, training])
        {
            using var deleted = await app.Http.DeleteAsync($"/api/tokenizers/{id}");
            Assert.Equal(204, (int)deleted.StatusCode);
            Assert.Equal("TOKENIZER_NOT_FOUND", Text(await app.GetAsync($"/api/tokenizers/{id}"), "code"));
        }

        Assert.Equal("completed", Text(await app.WaitUntilTrainedAsync(last), "status"));
        Assert.Equal([last], Directory.GetDirectories(Path.Combine(folders.Data, "artifacts", "tokenizers")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_corpus_that_goes_before_its_turn_comes_fails_the_training_and_says_so()
    {
        folders.WriteLargeCorpus();
        await using var app = await TokenizerApp.StartAsync(folders);
        var first = await app.TrainAsync(new { corpus_path = "large.txt", vocab_size = 30_000 });
        var second = await app.TrainAsync(new { corpus_path = "small" });
        Directory.Delete(Path.Combine(folders.Corpus, "small"), recursive: true);
        using var deleted = await app.Http.DeleteAsync($"/api/tokenizers/{first}");

        var failed = await app.WaitUntilTrainedAsync(second);

        Assert.Equal("failed", Text(failed, "status"));
        Assert.Equal(("USER_INPUT", "DATA_NOT_FOUND"), (Text(failed["failure"], "class"), Text(failed["failure"], "code")));
        Assert.Equal(1, failed["attempts"]?.GetValue<int>());
    }

    [Fact]
    public async Task More_tokenizers_than_may_wait_are_refused_for_now()
    {
        folders.WriteLargeCorpus();
        await using var app = await TokenizerApp.StartAsync(folders, ("TOKENIZERS:QUEUE_LIMIT", "1"));
        var training = await app.TrainAsync(new { corpus_path = "large.txt", vocab_size = 30_000 });
        await app.WaitAsync(training, tokenizer => Text(tokenizer, "status") is "training");
        await app.TrainAsync(new { corpus_path = "small" });

        var (status, refused) = await app.PostAsync("/api/tokenizers/train", new { corpus_path = "small" });

        Assert.Equal((503, "UNAVAILABLE"), (status, Text(refused, "code")));
    }
}
