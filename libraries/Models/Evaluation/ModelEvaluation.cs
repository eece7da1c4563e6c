using System.Diagnostics;
using System.Text.Json;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Generation;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Runs;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Evaluation;

/// <summary>What an evaluation found and left behind.</summary>
/// <param name="Metrics">What it found.</param>
/// <param name="MetricsJson">The same as the file has it.</param>
/// <param name="Files">Its files, by their names below the run's folder.</param>
public sealed record EvaluationReport(EvaluationMetrics Metrics, string MetricsJson, IReadOnlyList<StoredFile> Files);

/// <summary>Evaluates a saved model apart from its training: scores on a whole text, and samples, kept in the run's folder.</summary>
/// <param name="inputs">With what.</param>
/// <param name="time">The clock.</param>
public sealed class ModelEvaluation(ModelEvaluationInputs inputs, TimeProvider? time = null)
{
    private const string MetricsFile = "eval/metrics.json";
    private const string SamplesFile = "eval/samples.jsonl";

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly RunFolder folder = inputs.Folder;

    /// <summary>Evaluates.</summary>
    /// <exception cref="TrainingException">It can't, for a known reason.</exception>
    public EvaluationReport Run(CancellationToken cancellation)
    {
        try
        {
            return Evaluate(cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw TrainingException.From(exception);
        }
    }

    private EvaluationReport Evaluate(CancellationToken cancellation)
    {
        TorchRuntime.Prepare(inputs.Threads);
        var tokenizer = BpeTokenizer.Load(folder.Tokenizer);
        using var corpus = Tokens(cancellation);
        var tokens = inputs.HoldoutFraction is null ? corpus.Training : corpus.Validation;
        if (tokens.Count < 2)
            throw new TrainingException(FailureKind.UserInput, $"There is too little text to evaluate on: {tokens.Count} tokens.");

        using var model = Gpt2Model.Load(Gpt2Shape.FromHuggingFaceJson(File.ReadAllText(folder.Config)), inputs.WeightsFile);
        var started = Stopwatch.GetTimestamp();
        var scores = ModelScores.Of(model, tokenizer, tokens, inputs.BatchSize, inputs.MaxTokens, cancellation);
        var duration = Stopwatch.GetElapsedTime(started);
        var texts = Samples(new TextGenerator(model, tokenizer), cancellation);

        var metrics = new EvaluationMetrics(
            inputs.EvaluationId, inputs.Step, inputs.On, scores.Loss, scores.Perplexity, scores.BitsPerByte, scores.TokensPerByte, scores.AccuracyTop1,
            scores.AccuracyTop5, scores.Tokens, scores.Bytes, tokens.Count - 1, duration.TotalSeconds, time.GetUtcNow());
        return Keep(metrics, texts);
    }

    private TokenizedCorpus Tokens(CancellationToken cancellation)
    {
        var holdout = inputs.HoldoutFraction ?? 0;
        var trainedOn = inputs.HoldoutFraction is null ? null : RunManifest.Read(folder.Manifest)?.Data?.Fingerprint;
        if (trainedOn is not null && CorpusTokens.TryOpen(trainedOn, folder.Tokenizer, holdout, inputs.CacheFolder) is { } kept)
            return kept;

        var text = TextCorpus.Open(inputs.CorpusPath, [.. inputs.ExcludedFolders]);
        if (trainedOn is not null && text.Fingerprint != trainedOn)
        {
            throw new TrainingException(FailureKind.UserInput,
                "The text has changed since the run was trained, so what was held out can't be told from what was trained on. Evaluate on a corpus path.");
        }
        return CorpusTokens.Prepare(text, folder.Tokenizer, holdout, inputs.CacheFolder, cancellation);
    }

    private List<string> Samples(TextGenerator generator, CancellationToken cancellation) =>
    [
        .. Enumerable.Range(0, inputs.Samples).Select(index => string.Concat(
            generator.Generate("", new SamplingOptions { MaxNewTokens = inputs.SampleTokens, TopK = 50, Seed = inputs.Seed + index }, cancellation))),
    ];

    private EvaluationReport Keep(EvaluationMetrics metrics, List<string> texts)
    {
        // Gone when the run was deleted meanwhile: writing would bring its folder back.
        if (!Directory.Exists(folder.Path))
            throw new TrainingException(FailureKind.UserInput, "The run has been deleted.");

        var json = JsonSerializer.Serialize(metrics, ModelJson.Indented);
        var files = new List<StoredFile>
        {
            Durable.WriteFile(folder.EvalMetrics, output => output.Write(System.Text.Encoding.UTF8.GetBytes(json))) with { Name = MetricsFile },
        };
        using (var lines = new JsonLines(folder.EvalSamples))
        {
            foreach (var text in texts)
                lines.Add(new SampleLine(metrics.EvaluatedAt, inputs.Attempt, inputs.Step, text));
        }
        files.Add(StoredFile.Describe(folder.Path, SamplesFile));
        // While the run trains its manifest is the trainer's, which names these files when it is done.
        if (RunManifest.Read(folder.Manifest) is { Status: not "running" } manifest)
            (manifest with { Artifacts = [.. manifest.Artifacts.Where(known => files.All(file => file.Name != known.Name)), .. files] }).Write(folder.Manifest);
        return new(metrics, json, files);
    }
}
