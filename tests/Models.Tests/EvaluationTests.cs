using System.Text.Json;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Evaluation;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Tests;

public sealed class EvaluationTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Shape = new Gpt2Shape(VocabularySize: 0, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16),
        BatchSize = 8,
        LearningRate = 5e-3,
        Threads = 1,
        MaxSteps = 20,
        EvalEvery = 10,
        HoldoutFraction = 0.1,
    };

    private readonly Scratch scratch = new();

    [Fact]
    public void It_scores_every_held_out_token_as_training_did_and_leaves_its_files_in_the_run()
    {
        var run = Train();
        var trained = RunManifest.Read(run.Folder.Manifest) ?? throw new InvalidOperationException("There is no manifest.");

        var evaluation = new ModelEvaluation(Inputs(run) with { HoldoutFraction = Plan.HoldoutFraction, Samples = 2, SampleTokens = 8 });
        var before = File.ReadAllText(run.Folder.EvalMetrics);
        var report = evaluation.Run(CancellationToken.None);
        Assert.Equal(before, File.ReadAllText(run.Folder.EvalMetrics));
        report.Publish(run.Folder);
        report.Publish(run.Folder);

        var (metrics, held) = (report.Metrics, trained.Data?.ValidationTokens ?? 0);
        Assert.Equal((held - 1, held - 1), (metrics.Tokens, metrics.TokensAvailable));
        // Training leaves out the last tokens that fill no window; there are few of them.
        Assert.Equal(trained.Metrics?.ValidationLoss ?? 0, metrics.Loss, tolerance: 0.1);
        Assert.Equal(Math.Exp(metrics.Loss), metrics.Perplexity ?? 0, tolerance: 1e-9);
        Assert.Equal(metrics.Loss * (held - 1) / Math.Log(2) / (metrics.Bytes ?? 0), metrics.BitsPerByte ?? 0, tolerance: 1e-9);
        Assert.True(
            metrics.AccuracyTop1 is > 0 and < 1 && metrics.AccuracyTop5 > metrics.AccuracyTop1 && metrics.AccuracyTop5 <= 1,
            report.MetricsJson);
        Assert.Equal(report.MetricsJson, File.ReadAllText(run.Folder.EvalMetrics));
        Assert.Equal(
            ["10", "20", "20", "20"],
            File.ReadLines(run.Folder.EvalSamples).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").ToString()));
        var samples = File.ReadLines(run.Folder.EvalSamples).Select(line => JsonDocument.Parse(line).RootElement).Skip(2).ToList();
        Assert.All(samples, sample => Assert.Equal("eval-1", sample.GetProperty("evaluation_id").GetString()));
        Assert.Equal(metrics, RunManifest.Read(run.Folder.Manifest)?.Evaluation);
        Assert.Equal([0L, 1], samples.Select(sample => sample.GetProperty("seed").GetInt64()));
        Assert.All(
            RunManifest.Read(run.Folder.Manifest)?.Artifacts ?? [], file => Assert.True(file.IsIntactIn(run.Folder.Path), file.Name));
    }

    [Fact]
    public void On_another_text_it_takes_all_of_it_and_counts_its_bytes()
    {
        var run = Train();
        var text = scratch["other.txt"];
        File.WriteAllText(text, "the sea is wide, dé la mer\n");

        var metrics = new ModelEvaluation(Inputs(run) with { On = "other.txt", CorpusPath = text }).Run(CancellationToken.None).Metrics;
        var tokenizer = BpeTokenizer.Load(scratch.Tokenizer);
        var ids = tokenizer.Encode(File.ReadAllText(text));
        var predicted = ids.Skip(1).Sum(id => tokenizer.TokenBytes(id).Length);

        Assert.Equal(predicted, metrics.Bytes);
        Assert.InRange(metrics.Tokens ?? 0, ids.Length - 1, ids.Length);
        Assert.Equal((double?)metrics.Tokens / metrics.Bytes, metrics.TokensPerByte);
    }

    [Fact]
    public void Every_prompt_is_continued_with_each_seed_and_the_diversity_of_the_texts_is_counted()
    {
        var run = Train();

        var report = new ModelEvaluation(Inputs(run) with { Prompts = ["the sea", "out"], Samples = 2, SampleTokens = 8 })
            .Run(CancellationToken.None);
        report.Publish(run.Folder);
        report.Publish(run.Folder);

        Assert.Equal([("the sea", 0L), ("the sea", 1), ("out", 0), ("out", 1)], report.Samples.Select(text => (text.Prompt, text.Seed)));
        Assert.Equal(
            report.Samples.Select(text => text.Prompt),
            File.ReadLines(run.Folder.EvalSamples).Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("evaluation_id").GetString() == "eval-1")
                .Select(line => line.GetProperty("prompt").GetString()));
        Assert.Equal(
            TextDiversity.Of([.. report.Samples.Select(text => BpeTokenizer.Load(scratch.Tokenizer).Encode(text.Text))]),
            new(
                report.Metrics.Distinct1 ?? 0, report.Metrics.Distinct2, report.Metrics.Distinct3, report.Metrics.Repetition));
    }

    [Fact]
    public void Diversity_counts_different_and_repeated_sequences()
    {
        var diversity = TextDiversity.Of([[1, 2, 1, 2, 1, 2], [1, 2, 3]]);

        // Tokens 1, 2 and 3 of 9; pairs 12, 21 and 23 of 7; triples 121, 212 and 123 of 5; 4-grams 1212, 2121, 1212.
        Assert.Equal(new TextDiversity(3.0 / 9, 3.0 / 7, 3.0 / 5, 1.0 / 3), diversity);
        Assert.Null(TextDiversity.Of([[]]));
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(40, 32)]
    [InlineData(1_000_000, null)]
    public void A_limit_takes_as_many_whole_windows(long limit, int? predicted)
    {
        var run = Train();

        var metrics = new ModelEvaluation(Inputs(run) with { MaxTokens = limit }).Run(CancellationToken.None).Metrics;

        Assert.Equal(predicted ?? metrics.TokensAvailable, metrics.Tokens);
    }

    [Fact]
    public void The_held_out_part_of_a_text_that_changed_is_known_only_while_its_tokens_are_kept()
    {
        var run = Train();
        var held = Inputs(run) with { HoldoutFraction = Plan.HoldoutFraction };
        File.AppendAllText(scratch.Text, "one more line\n");
        var kept = new ModelEvaluation(held).Run(CancellationToken.None);
        Directory.Delete(scratch["cache"], recursive: true);

        var failure = Assert.Throws<TrainingException>(() => new ModelEvaluation(held).Run(CancellationToken.None));

        Assert.True(kept.Metrics.Tokens > 0);
        Assert.Equal(FailureKind.UserInput, failure.Kind);
        Assert.Contains("has changed", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    private TrainingRunInputs Train()
    {
        var inputs = new TrainingRunInputs
        {
            RunId = "run",
            Folder = new(scratch["run"]),
            TokenizerFile = scratch.Tokenizer,
            CorpusPath = scratch.Text,
            CacheFolder = scratch["cache"],
        };
        using var run = new TrainingRun(Plan, inputs, _ => { });
        run.Train(new TrainingControl(), CancellationToken.None);
        return inputs;
    }

    private static ModelEvaluationInputs Inputs(TrainingRunInputs run) => new()
    {
        EvaluationId = "eval-1",
        Folder = run.Folder,
        WeightsFile = Path.Combine(new CheckpointStore(run.Folder.Checkpoints).PathOf(20), CheckpointStore.WeightsFile),
        Step = 20,
        Attempt = 1,
        On = "validation",
        CorpusPath = run.CorpusPath,
        CacheFolder = run.CacheFolder,
        Threads = 1,
    };
}
