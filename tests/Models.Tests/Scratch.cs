using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Gpt2;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

// The number of threads and the allocator's settings belong to the process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Trainyard.Models.Tests;

/// <summary>A folder that is gone after the test, and what tests put into it.</summary>
public sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("trainyard-models-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Numbers that a small model can learn: each follows from the one before it, but for one in sixteen.</summary>
    public TokenizedCorpus Corpus(int vocabulary = 17, int tokens = 3000)
    {
        var random = new SplitMix64(7);
        var text = new int[tokens];
        for (var index = 1; index < tokens; index++)
        {
            text[index] = random.Below(16) == 0 ? random.Below(vocabulary) : (3 * text[index - 1] + 1) % vocabulary;
        }
        var kept = tokens - (int)Math.Round(tokens * 0.1);
        return TokenizedCorpus.OpenOrCreate(
            this[$"corpus-{vocabulary}-{tokens}"], vocabulary, [new(text[..kept], false), new(text[kept..], true)]);
    }

    /// <summary>A text file.</summary>
    public string Text
    {
        get
        {
            string[] words = ["the", "sea", "is", "wide", "and", "the", "ship", "goes", "out", "to", "it", "again"];
            var random = new SplitMix64(3);
            if (!File.Exists(this["text.txt"]))
            {
                File.WriteAllText(
                    this["text.txt"], string.Join(' ', Enumerable.Range(0, 1500).Select(_ => words[random.Below(words.Length)])));
            }
            return this["text.txt"];
        }
    }

    /// <summary>A tokenizer trained on it.</summary>
    public string Tokenizer
    {
        get
        {
            if (!File.Exists(this["tokenizer.json"]))
            {
                BpeTrainer.Train(TextCorpus.Open(Text), new() { VocabularySize = 300 }).Tokenizer.Save(this["tokenizer.json"]);
            }
            return this["tokenizer.json"];
        }
    }

    public static Gpt2Shape Gpt2 { get; } = new(VocabularySize: 17, Layers: 2, Heads: 2, Dim: 16, MaxSeqLen: 8);

    public static TrainingPlan Plan { get; } = new()
    {
        Shape = Gpt2,
        BatchSize = 8,
        LearningRate = 3e-3,
        Threads = 1,
        MaxSteps = 12,
        EvalEvery = 4,
    };

    /// <summary>A shape of the plan's size, of any family.</summary>
    public static LanguageModelShape ShapeOf(string family) =>
        Assert.IsAssignableFrom<LanguageModelFamily>(ModelFamilies.Named(family))
            .Prepare(new(VocabularySize: 17, Layers: 2, Heads: 2, KvHeads: null, Dim: 16, MaxSeqLen: 8));

    public static byte[] Bytes(Network model) => [.. model.Parameters.SelectMany(parameter => parameter.Tensor.bytes.ToArray())];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
