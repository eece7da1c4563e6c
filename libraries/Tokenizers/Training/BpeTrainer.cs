using System.Diagnostics;

namespace Trainyard.Tokenizers;

/// <summary>Trains byte-level BPE tokenizers: the merges Hugging Face's trainer learns from the same texts, over the same words.</summary>
public static class BpeTrainer
{
    /// <summary>
    /// Counts the corpus's words, learns merges and computes statistics. The result depends only on the corpus and the options, not on the
    /// number of threads.
    /// </summary>
    /// <param name="corpus">Text to train on.</param>
    /// <param name="options">Training options.</param>
    /// <param name="progress">Receives progress, possibly from several threads at once.</param>
    /// <param name="ct">Cancels training.</param>
    /// <exception cref="BpeTrainingOptionsException">The options can't be used.</exception>
    /// <exception cref="TextCorpusException">No line is left to train on, or the words are too many.</exception>
    /// <exception cref="IOException">A file has gone since the corpus was opened, or can't be read.</exception>
    public static BpeTrainingResult Train(
        TextCorpus corpus,
        BpeTrainingOptions options,
        IProgress<BpeTrainingProgress>? progress = null,
        CancellationToken ct = default)
    {
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new BpeTrainingOptionsException(problems);
        }

        var wanted = options.VocabularySize - ByteAlphabet.Size - options.SpecialTokens.Count;
        var clock = Stopwatch.StartNew();
        var (training, heldOut) = new WordCounter(corpus, options).Count(Report(BpeTrainingPhase.Counting), ct);
        if (training.Words.Count == 0)
        {
            throw new TextCorpusException(
                TextCorpusProblem.NothingReadable,
                $"All lines of '{corpus.Path}' are held out, so none is left to train on. Add text or lower the held-out share.");
        }
        var counting = clock.Elapsed;

        var learner = new MergeLearner(training.Words, options);
        var reached = learner.Learn(options.VocabularySize, merges => ReportMerges(merges), ct);
        var merging = clock.Elapsed - counting;

        var tokenizer = BpeTokenizer.Create(learner, options);
        progress?.Report(new(BpeTrainingPhase.Evaluating, 0, learner.Merges.Count, wanted));
        var evaluated = heldOut.Words.Count > 0 ? heldOut : training;
        return new()
        {
            Tokenizer = tokenizer,
            Statistics = TokenizerStatistics.Of(tokenizer, evaluated, heldOut == evaluated, ct),
            ReachedVocabularySize = reached,
            Merges = learner.Merges.Count,
            TrainingLines = training.Lines,
            TrainingBytes = training.Bytes,
            DistinctWords = training.Words.Count,
            CountingTime = counting,
            MergingTime = merging,
        };

        Action<double> Report(BpeTrainingPhase phase) => fraction => progress?.Report(new(phase, fraction, 0, wanted));

        void ReportMerges(int merges)
        {
            if (progress is not null && merges % 64 == 0)
            {
                progress.Report(new(BpeTrainingPhase.Merging, wanted == 0 ? 1 : Math.Min(1, (double)merges / wanted), merges, wanted));
            }
        }
    }
}
