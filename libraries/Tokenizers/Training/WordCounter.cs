using System.Runtime.ExceptionServices;

namespace Trainyard.Tokenizers;

/// <summary>Counts a corpus's words on several threads, those of the lines that train apart from those held out.</summary>
internal sealed class WordCounter(TextCorpus corpus, BpeTrainingOptions options)
{
    private const int BlockBytes = 1 << 20;

    private readonly LineSelection _selection = new(corpus.Lines, options.SampleMaxLines, options.HoldoutFraction, (ulong)options.Seed);
    private readonly BlockEnd _ends = options.Sequence == TrainingSequence.Line ? BlockEnd.Line : BlockEnd.Word;
    private long _bytesRead;

    public (WordCounts Training, WordCounts HeldOut) Count(Action<double> report, CancellationToken ct)
    {
        using var reader = new CorpusReader(corpus, _ends, unbroken: options.SpecialTokens);
        var splitter = WordSplitter.Of(options.Pattern);
        var threads = (int)Math.Clamp(corpus.Bytes / BlockBytes, 1, options.Threads);
        var counts = Enumerable.Range(0, threads)
            .Select(_ => (Training: new WordCounts(splitter), HeldOut: new WordCounts(splitter)))
            .ToArray();
        try
        {
            Parallel.ForEach(
                counts,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct },
                mine => CountBlocks(reader, new BlockCounter(options, _selection, mine.Training, mine.HeldOut), report, ct));
        }
        catch (AggregateException error)
        {
            // The caller tells a file that went from a fault by type.
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        foreach (var (training, heldOut) in counts[1..])
        {
            counts[0].Training.Add(training);
            counts[0].HeldOut.Add(heldOut);
        }

        return counts[0];
    }

    private void CountBlocks(CorpusReader reader, BlockCounter counter, Action<double> report, CancellationToken ct)
    {
        var buffer = new CorpusBuffer(BlockBytes);
        while (reader.TryRead(buffer))
        {
            ct.ThrowIfCancellationRequested();
            counter.Count(buffer);
            report((double)Interlocked.Add(ref _bytesRead, buffer.Length) / corpus.Bytes);
        }
    }
}
