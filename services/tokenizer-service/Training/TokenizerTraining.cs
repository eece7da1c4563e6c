using System.Diagnostics;
using System.Security.Cryptography;
using Polly;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Retries;
using Trainyard.Tokenizers;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>Trains a tokenizer from its manifest and records the result.</summary>
internal sealed class TokenizerTraining(AppPaths paths, TokenizerCatalog catalog, TimeProvider clock, ILogger<TokenizerTraining> logger)
{
    private const int MaxAttempts = 3;

    private static readonly ActivitySource Activities = new("Trainyard.TokenizerService");

    private readonly ResiliencePipeline retries = new DoublingRetry(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4))
    {
        MaxRetryAttempts = MaxAttempts - 1,
        ShouldHandle = new PredicateBuilder().HandleResult(result => result is TrainingFailure { Class: ErrorKinds.Transient }),
    }.ToPipeline(clock);

    public async Task RunAsync(TokenizerManifest manifest, RunningTraining running)
    {
        using var activity = Activities.StartActivity("train tokenizer")?.SetTag("tokenizer_id", manifest.TokenizerId);
        using var log = new TrainingLog(
            catalog.PathOf(manifest.TokenizerId, TokenizerCatalog.LogFile), manifest.TokenizerId, clock, logger);
        var failure = await retries.ExecuteAsync(async _ =>
        {
            manifest = manifest with
            {
                Status = TokenizerStatus.Training,
                Message = "Training.",
                StartedAt = clock.GetUtcNow(),
                Attempts = manifest.Attempts + 1,
                Environment = TrainingEnvironment.Current,
            };
            catalog.Save(manifest);
            return await TryAsync(manifest, running, log, activity);
        }, running.Stopping);
        if (failure is not null)
        {
            catalog.Save(manifest with
            {
                Status = TokenizerStatus.Failed,
                Message = failure.LastError,
                FinishedAt = clock.GetUtcNow(),
                Failure = failure,
            });
        }
    }

    /// <returns>Why it failed; null if the tokenizer is trained and saved.</returns>
    private async Task<TrainingFailure?> TryAsync(
        TokenizerManifest manifest, RunningTraining running, TrainingLog log, Activity? activity)
    {
        try
        {
            catalog.Save(await Task.Run(() => Train(manifest, running, log), running.Stopping));
            return null;
        }
        catch (OperationCanceledException)
        {
            log.Write("warning", "Training was cancelled.");
            throw;
        }
        catch (Exception exception)
        {
            var failure = Classify(exception);
            log.WriteFailure(failure, exception);
            activity?.SetStatus(ActivityStatusCode.Error, failure.LastError);
            return failure;
        }
    }

    private TokenizerManifest Train(TokenizerManifest manifest, RunningTraining running, TrainingLog log)
    {
        var watch = Stopwatch.StartNew();
        log.Write("info", $"Reading {manifest.Config.CorpusPath}.");
        var corpus = TextCorpus.Open(paths.ResolveCorpus(manifest.Config.CorpusPath), manifest.Config.CorpusOptions(paths));
        var opening = watch.Elapsed;
        log.Write("info", $"{corpus.Files.Count} files, {corpus.Bytes} bytes, {corpus.Lines} lines; {corpus.Skipped.Count} files skipped.");
        foreach (var notice in corpus.Notices)
        {
            log.Write("warning", notice);
        }

        var result = BpeTrainer.Train(corpus, manifest.Config.ToOptions(), running, running.Stopping);
        result.Tokenizer.Save(catalog.PathOf(manifest.TokenizerId, TokenizerCatalog.TokenizerFile));
        TransformersFile.Write(result.Tokenizer, paths.Tokenizer(manifest.TokenizerId));
        var message = result.ReachedVocabularySize
            ? $"Trained {result.Tokenizer.VocabularySize} tokens."
            : $"Trained {result.Tokenizer.VocabularySize} tokens instead of {manifest.Config.VocabSize}: "
                + $"no other pair of tokens occurs {manifest.Config.MinFrequency} times in this corpus.";
        log.Write(result.ReachedVocabularySize ? "info" : "warning", message);

        return manifest with
        {
            Status = TokenizerStatus.Completed,
            Message = message,
            FinishedAt = clock.GetUtcNow(),
            VocabSize = result.Tokenizer.VocabularySize,
            Statistics = result.Statistics,
            Corpus = new(
                corpus.Fingerprint,
                corpus.Files.Count,
                corpus.Skipped.Count,
                corpus.Bytes,
                corpus.Lines,
                result.TrainingLines,
                result.DistinctWords)
            {
                Skipped = [.. corpus.Skipped
                    .Take(TextCorpus.MaxNamed)
                    .Select(file => new LeftOutFile(file.RelativePath, file.Reason, file.Position))],
            },
            Durations = new(
                opening.TotalSeconds, result.CountingTime.TotalSeconds, result.MergingTime.TotalSeconds, watch.Elapsed.TotalSeconds),
            Artifacts = [.. new[] { TokenizerCatalog.TokenizerFile }
                .Concat(TransformersFile.Names)
                .Select(name => Describe(manifest.TokenizerId, name))],
            Failure = null,
        };
    }

    private TokenizerFile Describe(string tokenizerId, string name)
    {
        using var file = File.OpenRead(catalog.PathOf(tokenizerId, name));
        return new(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    private static TrainingFailure Classify(Exception exception) => exception switch
    {
        TrainyardException known => new(ErrorKinds.UserInput, known.Code, known.Message),
        TextCorpusException corpus => new(ErrorKinds.UserInput, ErrorCode.DataNotFound, corpus.Message),
        BpeTrainingOptionsException options => new(ErrorKinds.UserInput, ErrorCode.ConfigInvalid, options.Message),
        IOException or UnauthorizedAccessException => new(ErrorKinds.Transient, ErrorCode.TokenizerTrainFailed, exception.Message),
        _ => new(ErrorKinds.Fatal, ErrorCode.TokenizerTrainFailed, "Training failed with an internal error. See the service's log."),
    };
}
