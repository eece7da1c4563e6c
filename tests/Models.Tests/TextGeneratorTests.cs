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

    public void Dispose() => scratch.Dispose();

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
