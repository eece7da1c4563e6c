using System.Text.Json.Nodes;

namespace Trainyard.Tokenizers.Tests;

public sealed class TransformersFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<|endoftext|>", "<|endoftext|>", null)]
    [InlineData("<|pad|> <|endoftext|> <|user|>", "<|pad|>", "<|user|>")]
    [InlineData("[PAD] <|b|> <|a|>", "[PAD]", "<|b|> <|a|>")]
    [InlineData("<|user|>", null, "<|user|>")]
    public void Padding_has_a_token_of_its_own_or_that_of_the_end_of_text(string specialTokens, string? padding, string? others)
    {
        var tokenizer = Train(specialTokens.Split(' '));

        TransformersFile.Write(tokenizer, _folder.Path);

        foreach (var name in TransformersFile.Names)
        {
            var file = JsonNode.Parse(File.ReadAllText(_folder.At(name)));
            var end = tokenizer.EndOfTextId is null ? null : "<|endoftext|>";
            Assert.Equal((padding, end, end), (Text(file, "pad_token"), Text(file, "eos_token"), Text(file, "bos_token")));
            Assert.Equal(others?.Split(' '), file?["additional_special_tokens"]?.AsArray().Select(token => token?.GetValue<string>()));
        }
        Assert.Equal(padding is null ? (int?)null : tokenizer.SpecialTokens[padding], tokenizer.PaddingId);
    }

    [Fact]
    public void Files_are_replaced_whole_and_leave_no_others()
    {
        var tokenizer = Train(["<|endoftext|>"]);
        TransformersFile.Write(tokenizer, _folder.Path);
        using var reader = File.OpenRead(_folder.At("tokenizer_config.json"));
        var length = reader.Length;

        TransformersFile.Write(Train(["<|endoftext|>", "<|user|>"]), _folder.Path);

        // Who has the old file open still reads all of it.
        Assert.Equal(length, reader.Length);
        Assert.True(new FileInfo(_folder.At("tokenizer_config.json")).Length > length);
        Assert.Equal(
            ["corpus.txt", "special_tokens_map.json", "tokenizer_config.json"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private BpeTokenizer Train(IReadOnlyList<string> specialTokens) =>
        BpeTrainer.Train(
            TextCorpus.Open(_folder.Write("corpus.txt", "a few words")),
            new() { VocabularySize = 270, SpecialTokens = specialTokens }).Tokenizer;

    private static string? Text(JsonNode? file, string name) => file?[name]?.GetValue<string>();
}
