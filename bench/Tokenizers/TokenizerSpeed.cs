using System.CommandLine;
using System.Diagnostics;
using Trainyard.Bench.Reporting;
using Trainyard.Tokenizers;

namespace Trainyard.Bench.Tokenizers;

/// <summary>Trains a tokenizer with each pattern, and encodes the text with it, on one thread.</summary>
internal sealed class TokenizerSpeed : IBenchmark
{
    private readonly Option<string> corpus = BenchmarkOption.Text("--corpus", "libraries", "text file or folder");
    private readonly Option<int> vocabulary = BenchmarkOption.Number("--vocabulary", 8192, "tokens to train");
    private readonly Option<int> rounds = BenchmarkOption.Number("--rounds", 5, "rounds, of which the best counts");

    public string Name => "tokenizers";

    public string Summary => "words counted and text encoded with each pattern of words, the best of some rounds";

    public IEnumerable<Option> Options => [corpus, vocabulary, rounds];

    public Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var text = TextCorpus.Open(options.GetRequiredValue(corpus));
        var blocks = text.ReadBlocks().Select(block => block.Text.ToArray()).ToList();
        var megabytes = blocks.Sum(block => (double)block.Length) / 1e6;
        report.Note($"{text.Files.Count} files, {megabytes:0.0} MB.");
        report.Columns("pattern", "counted MB/s", "encoded MB/s", "tokens");
        foreach (var pattern in Enum.GetValues<WordPattern>())
        {
            var (counting, encoding) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
            var ids = new List<int>();
            for (var round = 0; round <= options.GetValue(rounds); round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var trained = BpeTrainer.Train(
                    text, new() { VocabularySize = options.GetValue(vocabulary), Pattern = pattern, Threads = 1 }, ct: cancellationToken);
                ids.Clear();
                var watch = Stopwatch.StartNew();
                blocks.ForEach(block => trained.Tokenizer.Encode(block, ids));
                // The first round compiles.
                (counting, encoding) = round == 0
                    ? (counting, encoding)
                    : (Min(counting, trained.CountingTime), Min(encoding, watch.Elapsed));
            }
            report.Row(pattern, megabytes / counting.TotalSeconds, megabytes / encoding.TotalSeconds, ids.Count);
        }
        return Task.CompletedTask;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
