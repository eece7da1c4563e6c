using Trainyard.Tokenizers;

namespace Trainyard.TrainerWorker.Tests;

internal static class TestText
{
    /// <summary>A corpus, and a tokenizer where the worker looks for it.</summary>
    public static void Write(string folder)
    {
        var corpus = Path.Combine(folder, "corpus.txt");
        File.WriteAllText(corpus, string.Join(
            '\n', Enumerable.Range(0, 300).Select(line => $"line {line} says that the sea is wide and the ship is small")));
        File.WriteAllText(Path.Combine(folder, "small.txt"), "the sea");
        var tokenizer = Directory.CreateDirectory(Path.Combine(folder, "data", "artifacts", "tokenizers", "tok"));
        BpeTrainer.Train(
            TextCorpus.Open(corpus), new() { VocabularySize = 270 }).Tokenizer.Save(Path.Combine(tokenizer.FullName, "tokenizer.json"));
    }
}
