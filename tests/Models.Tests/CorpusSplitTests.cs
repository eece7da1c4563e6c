using System.Text;
using Trainyard.Models.Data;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Tests;

public sealed class CorpusSplitTests : IDisposable
{
    private const string End = "<|endoftext|>";

    private readonly Scratch scratch = new();

    [Fact]
    public void Whole_documents_are_held_out_and_every_document_ends_with_end_of_text()
    {
        var stories = Stories(200);
        var (training, validation) = Texts(0.1, seed: 1);

        Assert.EndsWith(End, training, StringComparison.Ordinal);
        Assert.EndsWith(End, validation, StringComparison.Ordinal);
        var (trained, held) = (training.Split(End)[..^1], validation.Split(End)[..^1]);
        Assert.Equal(stories.Order(StringComparer.Ordinal), trained.Concat(held).Order(StringComparer.Ordinal));
        Assert.InRange(
            held.Sum(Encoding.UTF8.GetByteCount),
            0.09 * stories.Sum(Encoding.UTF8.GetByteCount),
            0.11 * stories.Sum(Encoding.UTF8.GetByteCount));
    }

    [Fact]
    public void The_seed_chooses_the_documents()
    {
        Stories(200);

        Assert.Equal(Texts(0.1, seed: 1), Texts(0.1, seed: 1));
        Assert.NotEqual(Texts(0.1, seed: 1), Texts(0.1, seed: 2));
    }

    [Fact]
    public void At_least_one_document_is_held_out_and_one_is_trained_on()
    {
        Stories(10);

        Assert.Single(Texts(0.05, seed: 3).Validation.Split(End)[..^1]);
        Assert.Equal(5, Texts(0.5, seed: 3).Training.Split(End)[..^1].Length);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void A_single_file_is_cut_at_a_line_and_both_parts_end_with_end_of_text(double fraction)
    {
        var text = string.Concat(Enumerable.Range(0, 1000).Select(line => $"Line {line} goes on for {new string('x', line % 40)}.\n"));
        File.WriteAllText(Path.Combine(Folder, "one.txt"), text);
        var (training, validation) = Texts(fraction, seed: 1);

        Assert.Equal(text, training.Replace(End, "", StringComparison.Ordinal) + validation.Replace(End, "", StringComparison.Ordinal));
        Assert.EndsWith($"\n{End}", training, StringComparison.Ordinal);
        Assert.EndsWith($"\n{End}", validation, StringComparison.Ordinal);
        Assert.InRange((validation.Length - End.Length) / (double)text.Length, fraction * 0.95, fraction * 1.05);
    }

    [Fact]
    public void A_file_of_one_line_is_cut_between_words_and_one_of_one_word_between_characters()
    {
        File.WriteAllText(Path.Combine(Folder, "words.txt"), string.Join(' ', Enumerable.Repeat("word", 500)));
        Assert.StartsWith(" word word", Texts(0.1, seed: 1).Validation, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(Folder, "words.txt"), new string('語', 1001));
        var (training, validation) = Texts(0.1, seed: 1);
        Assert.DoesNotContain('\uFFFD', training + validation);
        Assert.Equal(1001, (training + validation).Count(character => character == '語'));
    }

    [Fact]
    public void Only_large_documents_are_cut_where_whole_ones_would_not_do()
    {
        File.WriteAllText(Path.Combine(Folder, "book.txt"), string.Concat(Enumerable.Repeat("A line of a book.\n", 10_000)));
        File.WriteAllText(Path.Combine(Folder, "note.txt"), "A short note.");
        var (training, validation) = Texts(0.1, seed: 1);

        Assert.EndsWith($"\n{End}A short note.{End}", training, StringComparison.Ordinal);
        Assert.Equal(string.Concat(Enumerable.Repeat("A line of a book.\n", 1000)) + End, validation);
    }

    [Fact]
    public void A_text_that_brings_its_end_gets_no_second_one()
    {
        File.WriteAllText(Path.Combine(Folder, "a.txt"), $"one{End}");
        File.WriteAllText(Path.Combine(Folder, "b.txt"), $"two{End}");

        Assert.Equal(
            [$"one{End}", $"two{End}"],
            new[] { Texts(0.5, seed: 1).Training, Texts(0.5, seed: 1).Validation }.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Documents_of_a_few_tokens_train()
    {
        for (var index = 0; index < 400; index++)
        {
            File.WriteAllText(Path.Combine(Folder, $"{index}.txt"), "a b c");
        }
        using var run = new TrainingRun(
            Scratch.Plan with { Shape = Scratch.ShapeOf("gpt2") with { MaxSeqLen = 16 } },
            new()
            {
                RunId = "run",
                Folder = new(scratch["run"]),
                TokenizerFile = Tokenizer(),
                CorpusPath = Folder,
                CacheFolder = scratch["cache"],
            },
            _ => { });

        Assert.Null(run.Train(new TrainingControl(), CancellationToken.None).Stopped);
        Assert.Equal(40, RunManifest.Read(scratch["run"] + "/manifest.json")?.Data?.HeldOutFiles);
    }

    public void Dispose() => scratch.Dispose();

    private string Folder => Directory.CreateDirectory(scratch["text"]).FullName;

    private string[] Stories(int count)
    {
        string[] stories =
        [
            .. Enumerable.Range(0, count).Select(index => $"Story {index}. {new string('x', index % 17)} went home. The end."),
        ];
        for (var index = 0; index < count; index++)
        {
            File.WriteAllText(Path.Combine(Folder, $"{index:D3}.txt"), stories[index]);
        }
        return stories;
    }

    private string Tokenizer()
    {
        if (!File.Exists(scratch["stories.json"]))
        {
            BpeTrainer.Train(TextCorpus.Open(Folder), new() { VocabularySize = 300 }).Tokenizer.Save(scratch["stories.json"]);
        }
        return scratch["stories.json"];
    }

    private (string Training, string Validation) Texts(double fraction, long seed)
    {
        var corpus = TextCorpus.Open(Folder);
        using var tokens = CorpusTokens.Prepare(
            corpus, Tokenizer(), CorpusSplit.Of(corpus, fraction, seed), scratch["cache"], CancellationToken.None);
        return (Text(tokens.Training), Text(tokens.Validation));
    }

    private string Text(TokenFile file)
    {
        var ids = new long[file.Count];
        file.Read(0, ids);
        return BpeTokenizer.Load(Tokenizer()).Decode([.. ids.Select(id => (int)id)]);
    }
}
