using System.Text.Json.Nodes;

namespace Trainyard.Tokenizers.Tests;

public sealed class TokenizerFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{\"model\":", "JSON")]
    [InlineData("[]", "model")]
    [InlineData("{}", "model")]
    [InlineData("null", "model")]
    [InlineData("{\"model\":{\"type\":\"WordPiece\"}}", "WordPiece")]
    [InlineData("{\"model\":{\"type\":\"BPE\\ud800\"}}", "tokenizer")]
    public void What_is_not_a_BPE_tokenizer_is_refused(string json, string named) => AssertRefused(json, named);

    [Theory]
    [InlineData("model.vocab", "[]", "vocab")]
    [InlineData("model.vocab", "{}", "")]
    [InlineData("model.vocab.a", "-1", "'a'")]
    [InlineData("model.vocab.a", "1.5", "'a'")]
    [InlineData("model.vocab.a", "\"1\"", "'a'")]
    [InlineData("model.vocab.a", "99999999999", "'a'")]
    [InlineData("model.vocab.a", "5000", "5000")]
    [InlineData("model.vocab.a", "0", "id 0")]
    [InlineData("model.merges", "[\"a\"]", "merge 0")]
    [InlineData("model.merges", "[\"a b c\"]", "merge 0")]
    [InlineData("model.merges", "[[\"a\",\"nothing\"]]", "nothing")]
    [InlineData("model.merges", "[[\"e\",\"l\"],[\"e\",\"l\"]]", "twice")]
    [InlineData("model.merges", "[7]", "merge 0")]
    [InlineData("model.byte_fallback", "true", "byte_fallback")]
    [InlineData("model.dropout", "0.1", "dropout")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "end_of_word_suffix")]
    [InlineData("pre_tokenizer", "{\"type\":\"Whitespace\"}", "Whitespace")]
    [InlineData("pre_tokenizer", "null", "pre_tokenizer")]
    [InlineData("decoder", "{\"type\":\"WordPiece\"}", "WordPiece")]
    [InlineData("normalizer", "{\"type\":\"NFD\"}", "NFD")]
    [InlineData("post_processor", "{\"type\":\"TemplateProcessing\"}", "'single'")]
    [InlineData("post_processor", "{\"type\":\"RobertaProcessing\"}", "RobertaProcessing")]
    [InlineData("post_processor", "{\"type\":\"Sequence\",\"processors\":[{\"type\":\"BertProcessing\"}]}", "BertProcessing")]
    [InlineData("post_processor", "{\"type\":\"TemplateProcessing\",\"single\":[]}", "0 times")]
    [InlineData(
        "post_processor",
        "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<s>\"}}],\"special_tokens\":{\"<s>\":{\"ids\":[9999]}}}",
        "9999")]
    [InlineData("pre_tokenizer", "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\"},{\"type\":\"ByteLevel\"}]}", "Digits")]
    [InlineData("pre_tokenizer.use_regex", "false", "use_regex")]
    [InlineData("added_tokens", "[{\"id\":0,\"content\":\"\"}]", "empty")]
    [InlineData("added_tokens", "[{\"content\":\"<x>\"}]", "<x>")]
    [InlineData("added_tokens", "[{\"id\":7,\"content\":\"<|endoftext|>\"}]", "<|endoftext|>")]
    [InlineData("added_tokens", "[7]", "")]
    public void A_broken_or_foreign_part_is_refused_by_name(string member, string value, string named)
    {
        var json = TrainedJson();
        var names = member.Split('.');
        var parent = names[..^1].Aggregate(json, (node, name) => node[name] ?? throw new InvalidDataException(name));
        parent[names[^1]] = JsonNode.Parse(value);

        AssertRefused(json.ToJsonString(), named);
    }

    [Theory]
    [InlineData("pattern", "{\"Regex\":\"\\\\w+|\\\\s+\"}", "\\w+|\\s+")]
    [InlineData("pattern", "{\"String\":\" \"}", "String")]
    [InlineData("behavior", "\"MergedWithPrevious\"", "MergedWithPrevious")]
    [InlineData("behavior", "\"Removed\"", "Removed")]
    public void A_split_that_is_not_supported_is_refused_by_name(string member, string value, string named)
    {
        var json = JsonNode.Parse(File.ReadAllText(Layouts.Write(_folder, "llama3"))) ?? throw new InvalidDataException();
        var split = json["pre_tokenizer"]?["pretokenizers"]?[0] ?? throw new InvalidDataException();
        split[member] = JsonNode.Parse(value);

        AssertRefused(json.ToJsonString(), named);
    }

    [Fact]
    public void A_file_that_would_split_words_twice_or_put_a_space_before_each_is_refused()
    {
        var json = JsonNode.Parse(File.ReadAllText(Layouts.Write(_folder, "qwen2"))) ?? throw new InvalidDataException();
        var byteLevel = json["pre_tokenizer"]?["pretokenizers"]?[1]?.AsObject() ?? throw new InvalidDataException();
        byteLevel.Remove("use_regex");

        AssertRefused(json.ToJsonString(), "use_regex");
        (byteLevel["use_regex"], byteLevel["add_prefix_space"]) = (false, true);
        AssertRefused(json.ToJsonString(), "add_prefix_space");
    }

    [Fact]
    public void Merges_in_the_newer_pair_form_and_tokens_beyond_the_model_are_read()
    {
        var json = TrainedJson();
        var model = json["model"] ?? throw new InvalidDataException();
        model["merges"] = new JsonArray(
        [
            .. (model["merges"]?.AsArray() ?? []).Select(
                merge => (JsonNode)new JsonArray([.. $"{merge}".Split(' ').Select(part => (JsonNode)part)])),
        ]);
        var size = model["vocab"]?.AsObject().Count ?? 0;
        json["added_tokens"]?.AsArray().Add(new JsonObject { ["id"] = size, ["content"] = "<|more|>", ["special"] = false });

        var tokenizer = BpeTokenizer.Load(_folder.Write("newer.json", json.ToJsonString()));

        Assert.Equal(size + 1, tokenizer.VocabularySize);
        Assert.Equal([.. BpeTokenizer.Load(_folder.At("trained.json")).Encode("hello"), size], tokenizer.Encode("hello<|more|>"));
        Assert.DoesNotContain("<|more|>", tokenizer.SpecialTokens.Keys);
    }

    [Fact]
    public void A_missing_file_is_an_ordinary_file_error() =>
        Assert.Throws<FileNotFoundException>(() => BpeTokenizer.Load(_folder.At("nothing.json")));

    private JsonNode TrainedJson()
    {
        var corpus = TextCorpus.Open(_folder.Write("corpus.txt", "hello hello hello"));
        BpeTrainer.Train(corpus, new() { VocabularySize = 270 }).Tokenizer.Save(_folder.At("trained.json"));
        return JsonNode.Parse(File.ReadAllText(_folder.At("trained.json"))) ?? throw new InvalidDataException();
    }

    private void AssertRefused(string json, string named)
    {
        var error = Assert.Throws<TokenizerFormatException>(() => BpeTokenizer.Load(_folder.Write("broken.json", json)));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("broken.json", error.Message, StringComparison.Ordinal);
    }
}
