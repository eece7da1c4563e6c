using Trainyard.Models.Families;
using Trainyard.Models.Generation;
using Trainyard.Models.Gpt2;
using Trainyard.Tokenizers;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public sealed class TextGeneratorTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Theory]
    [InlineData("🧿🇰🇷👩‍👩‍👧‍👦😀😁😂🤣😃😄😅😆 🧿🧿")]
    [InlineData("안녕하세요 세계, 한국어 문장입니다. 다시 안녕하세요.")]
    public void Pieces_joined_are_all_ids_decoded_at_once(string corpus)
    {
        File.WriteAllText(scratch["corpus.txt"], corpus);
        var tokenizer = BpeTrainer.Train(
            TextCorpus.Open(scratch["corpus.txt"]), new() { VocabularySize = 265, SpecialTokens = [] }).Tokenizer;
        var shape = new Gpt2Shape(tokenizer.VocabularySize, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 128);
        for (var seed = 0; seed < 10; seed++)
        {
            var model = LanguageModel.Create(shape, seed);
            Emphasize(model, tokenizer.Encode(corpus));
            using var generator = new TextGenerator(model, tokenizer);
            var options = new SamplingOptions { MaxNewTokens = 60, Temperature = 2, Seed = seed };
            int[] prompt = tokenizer.Encode("a");

            var pieces = generator.Generate("a", options).ToList();

            Assert.Equal(tokenizer.Decode(Ids(model, prompt, options)), string.Concat(pieces));
            Assert.DoesNotContain("", pieces);
        }
    }

    [Theory]
    [InlineData(16, 100, 0)]
    [InlineData(17, 4, 5)]
    [InlineData(40, 4, 28)]
    [InlineData(40, 100, 32)]
    public void Of_a_prompt_longer_than_the_context_the_end_is_read(int length, int newTokens, int cut)
    {
        File.WriteAllText(scratch["corpus.txt"], "abc");
        var tokenizer = BpeTrainer.Train(
            TextCorpus.Open(scratch["corpus.txt"]), new() { VocabularySize = 256, SpecialTokens = [] }).Tokenizer;
        var shape = new Gpt2Shape(tokenizer.VocabularySize, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16);
        using var generator = new TextGenerator(LanguageModel.Create(shape, 1), tokenizer);
        var prompt = string.Concat(Enumerable.Range(0, length).Select(at => (char)('a' + (at % 7))));
        var options = new SamplingOptions { MaxNewTokens = newTokens, Temperature = 0 };

        Assert.Equal(new PromptTokens(length, cut), generator.Count(prompt, options));
        Assert.Equal(
            string.Concat(generator.Generate(prompt[cut..], options)), string.Concat(generator.Generate(prompt, options)));
    }

    [Theory]
    [InlineData("gpt2", 40)]
    [InlineData("llama", 40)]
    [InlineData("qwen", 40)]
    public void Several_texts_are_those_of_their_seeds_alone(string family, int newTokens)
    {
        using var generator = Generator(family, context: 64);
        var options = new SamplingOptions { MaxNewTokens = newTokens, Temperature = 1.5, RepetitionPenalty = 1.2, TopP = 0.95, Seed = 11 };

        var texts = Several(generator, "abcab", options, TextGenerator.MaxSamples);

        Assert.Equal(TextGenerator.MaxSamples, texts.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            Enumerable.Range(0, texts.Length).Select(index => Alone(generator, "abcab", options with { Seed = 11 + index })), texts);
    }

    [Fact]
    public void Texts_that_end_earlier_leave_the_others_as_they_are()
    {
        using var generator = Generator("gpt2", context: 64);
        var options = new SamplingOptions { MaxNewTokens = 40, Temperature = 1.5, Seed = 1 };
        var whole = Several(generator, "a", options, count: 4);

        var ended = Several(generator, "a", options with { Stop = [whole[1][2..4]] }, count: 4);

        Assert.Equal(whole[1][..whole[1].IndexOf(whole[1][2..4], StringComparison.Ordinal)], ended[1]);
        Assert.All(whole.Zip(ended), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
    }

    [Fact]
    public void Several_texts_go_on_after_the_context_is_full()
    {
        using var generator = Generator("llama", context: 16);

        var texts = Several(generator, "abcabc", new() { MaxNewTokens = 50, Temperature = 1.5, Seed = 3 }, count: 3);

        Assert.All(texts, text => Assert.True(text.Length > 20, text));
        Assert.Equal(3, texts.Distinct(StringComparer.Ordinal).Count());
    }

    public void Dispose() => scratch.Dispose();

    private TextGenerator Generator(string family, int context)
    {
        File.WriteAllText(scratch["corpus.txt"], "abcdef");
        var tokenizer = BpeTrainer.Train(
            TextCorpus.Open(scratch["corpus.txt"]), new() { VocabularySize = 256, SpecialTokens = [] }).Tokenizer;
        var shape = ModelFamilies.Named(family)
            .Prepare(new(tokenizer.VocabularySize, Layers: 2, Heads: 4, KvHeads: null, Dim: 48, context));
        var model = LanguageModel.Create((LanguageModelShape)shape, seed: 5);
        return new(model, tokenizer);
    }

    private static string[] Several(TextGenerator generator, string prompt, SamplingOptions options, int count)
    {
        var texts = new string[count];
        Array.Fill(texts, "");
        foreach (var (sample, piece) in generator.GenerateSeveral(prompt, options, count))
        {
            texts[sample] += piece;
        }
        return texts;
    }

    private static string Alone(TextGenerator generator, string prompt, SamplingOptions options) =>
        string.Concat(generator.Generate(prompt, options));

    // Makes the bytes of the corpus likely, so that whole characters come out among broken ones.
    private static void Emphasize(LanguageModel model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var embedding = model.Parameters.Single(parameter => parameter.Name == "transformer.wte.weight").Tensor;
        foreach (var id in ids.Distinct())
        {
            embedding[id] *= 20;
        }
    }

    private static int[] Ids(LanguageModel model, int[] prompt, SamplingOptions options)
    {
        using var cache = new KeyValueCache(model.Shape);
        var sampler = new Sampler(options);
        var (unread, made) = (prompt, new List<int>());
        while (made.Count < options.MaxNewTokens)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var logits = model.Next(tensor([.. unread.Select(id => (long)id)], [1, unread.Length]), cache);
            made.Add(sampler.Next(logits.data<float>().ToArray()));
            unread = [made[^1]];
        }
        return [.. made];
    }
}
