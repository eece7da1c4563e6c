using System.Text.Json;
using Trainyard.Models.Generation;
using Trainyard.Models.Gpt2;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Tests;

public sealed class TrainingRunTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Shape = new Gpt2Shape(VocabularySize: 0, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16),
        BatchSize = 8,
        LearningRate = 5e-3,
        Dropout = 0.1,
        Threads = 1,
        MaxSteps = 20,
        EvalEvery = 5,
    };

    private readonly Scratch scratch = new();

    [Fact]
    public void Everything_a_run_promises_is_in_its_folder()
    {
        var events = new List<TrainingEvent>();
        var run = Inputs("run") with { Config = JsonSerializer.SerializeToElement(new { model_size = "nano" }) };
        var result = Train(Plan, run, events.Add);
        var manifest = RunManifest.Read(run.Folder.Manifest) ?? throw new InvalidOperationException("There is no manifest.");

        Assert.Null(result.Stopped);
        Assert.Equal(20, result.State.Step);
        Assert.Equal("completed", manifest.Status);
        Assert.Equal("nano", manifest.Config?.GetProperty("model_size").GetString());
        Assert.True(Assert.IsType<Gpt2Shape>(manifest.Plan.Shape).VocabularySize > 0);
        Assert.NotNull(manifest.EndedAt);
        Assert.Equal(result.State.BestStep, manifest.ModelStep);
        Assert.Equal(
            [
                "config.json", "eval/metrics.json", "eval/samples.jsonl", "generation_config.json", "model.safetensors",
                "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json",
            ],
            manifest.Artifacts.Select(file => file.Name));
        var generation = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Folder.Path, "generation_config.json"))).RootElement;
        Assert.Equal(BpeTokenizer.Load(scratch.Tokenizer).EndOfTextId, generation.GetProperty("eos_token_id").GetInt32());
        var tokenizer = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Folder.Path, "tokenizer_config.json"))).RootElement;
        Assert.Equal(
            ("PreTrainedTokenizerFast", 16),
            (tokenizer.GetProperty("tokenizer_class").GetString(), tokenizer.GetProperty("model_max_length").GetInt32()));
        Assert.All(manifest.Artifacts, file => Assert.True(file.IsIntactIn(run.Folder.Path), file.Name));
        Assert.Equal(
            ["5", "10", "15", "20"],
            File.ReadLines(run.Folder.EvalSamples).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").ToString()));
        Assert.All(File.ReadLines(run.Folder.Logs), line => Assert.EndsWith(
            "Z", JsonDocument.Parse(line).RootElement.GetProperty("timestamp").GetString(), StringComparison.Ordinal));
        Assert.Contains("Completed after step 20.", File.ReadAllText(run.Folder.Logs), StringComparison.Ordinal);
        Assert.Contains(events, happened => happened is ArtifactWritten { Kind: "model", Path: "model.safetensors" });
    }

    [Fact]
    public void A_run_that_stops_early_says_why()
    {
        var run = Inputs("run");
        var result = Train(Plan with { MaxSteps = 4000, LearningRate = 3e-2, EarlyStoppingPatience = 2 }, run);

        Assert.Null(result.Stopped);
        Assert.StartsWith(
            $"Stopped early after step {result.State.Step} of 4000: the validation loss did not improve in 2 evaluations. The best,",
            result.Message,
            StringComparison.Ordinal);
        Assert.EndsWith($"is of step {result.State.BestStep}.", result.Message, StringComparison.Ordinal);
        Assert.Contains(result.Message, File.ReadAllText(run.Folder.Logs), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_and_evaluations_say_what_they_are_of()
    {
        var run = Inputs("run");
        Train(Plan, run);
        var sample = JsonDocument.Parse(File.ReadLines(run.Folder.EvalSamples).First()).RootElement;
        var metrics = JsonDocument.Parse(File.ReadAllText(run.Folder.EvalMetrics)).RootElement;

        Assert.Equal(("", Plan.Seed), (sample.GetProperty("prompt").GetString(), sample.GetProperty("seed").GetInt64()));
        Assert.Equal(RunManifest.Read(run.Folder.Manifest)?.Data?.ValidationTokens - 1, metrics.GetProperty("tokens_available").GetInt64());
    }

    [Fact]
    public void An_evaluation_while_training_measures_the_text_and_its_samples()
    {
        var run = Inputs("run") with { Prompts = ["the", "sea"] };
        var scored = new List<EvaluationMetrics>();
        Train(Plan, run, happened =>
        {
            if (happened is EvaluationScored { Metrics: var metrics })
            {
                scored.Add(metrics);
            }
        });
        var last = scored[^1];
        var samples = File.ReadLines(run.Folder.EvalSamples).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(["train-1-5", "train-1-10", "train-1-15", "train-1-20"], scored.Select(metrics => metrics.EvaluationId));
        Assert.Equal(last, RunManifest.Read(run.Folder.Manifest)?.Evaluation);
        Assert.Equal(last.Loss * (last.Tokens ?? 0) / Math.Log(2) / (last.Bytes ?? 0), last.BitsPerByte ?? 0, tolerance: 1e-9);
        Assert.True(
            last is { TokensPerCharacter: > 0 and <= 1, Distinct1: > 0 and <= 1, Distinct3: > 0, Repetition: >= 0 and < 1 },
            last.ToString());
        Assert.Equal(1, last.SequenceLengths?.Documents);
        Assert.Equal(
            scored.SelectMany(metrics => new[] { $"{metrics.EvaluationId} the", $"{metrics.EvaluationId} sea" }),
            samples.Select(sample => $"{sample.GetProperty("evaluation_id").GetString()} {sample.GetProperty("prompt").GetString()}"));
    }

    [Fact]
    public void Evaluations_predict_a_tenth_of_what_is_trained_on_unless_told_otherwise()
    {
        var events = new List<TrainingEvent>();
        // Steps of 128 tokens.
        Assert.Equal(
            [2048, 32_000, 65_536],
            new[] { 5, 2500, 1_000_000 }.Select(every =>
                new EvaluationBudget(Plan with { EvalEvery = every }, Window: 16, StepsPerEpoch: 1).Tokens));

        Train(Plan with { EvaluationTokens = 40, MaxSteps = 5 }, Inputs("run"), events.Add);

        Assert.Equal(32, Assert.Single(events.OfType<Evaluated>()).Scores.Scored);
    }

    [Fact]
    public void A_validation_that_covers_a_part_says_so()
    {
        var text = scratch["long.txt"];
        File.WriteAllLines(text, Enumerable.Range(0, 6000).Select(line => $"the sea {line} is wide and the ship goes out {line * 7919}"));
        var run = Inputs("run") with { CorpusPath = text };
        Train(Plan with { MaxSteps = 1, HoldoutFraction = 0.5 }, run);

        Assert.Matches(@"on 2,0\d\d of \d+,\d+ held-out tokens", File.ReadAllText(run.Folder.Logs));
    }

    [Fact]
    public void Files_that_are_left_out_are_named_in_the_log_and_in_the_manifest()
    {
        Directory.CreateDirectory(scratch["texts"]);
        File.Copy(scratch.Text, scratch["texts/good.txt"]);
        File.WriteAllBytes(scratch["texts/latin1.txt"], [0x61, 0xE9, 0x62]);
        var run = Inputs("run") with { CorpusPath = scratch["texts"] };
        Train(Plan, run);
        var data = RunManifest.Read(run.Folder.Manifest)?.Data;

        Assert.Contains("Left out latin1.txt: not UTF-8 text, at byte 1.", File.ReadAllText(run.Folder.Logs), StringComparison.Ordinal);
        Assert.Equal(1, data?.SkippedFiles);
        Assert.Equal([new("latin1.txt", "not UTF-8 text", 1)], data?.Skipped);
        var written = JsonDocument.Parse(File.ReadAllText(run.Folder.Manifest)).RootElement.GetProperty("data").GetProperty("skipped")[0];
        Assert.Equal(("latin1.txt", 1), (written.GetProperty("path").GetString(), written.GetProperty("position").GetInt32()));
    }

    [Fact]
    public void A_model_resumed_after_a_stop_is_the_same_file_to_the_last_byte()
    {
        Train(Plan, Inputs("whole"));
        var control = new TrainingControl();
        var broken = Inputs("broken");
        var stopped = Train(Plan, broken, happened =>
        {
            if (happened is StepMade { Step: 8 })
            {
                control.Stop(StopReason.Paused);
            }
        }, control);
        Train(Plan, broken with { Resume = true, Attempt = 2 });

        Assert.Equal(StopReason.Paused, stopped.Stopped);
        Assert.Equal(File.ReadAllBytes(Inputs("whole").Folder.Weights), File.ReadAllBytes(broken.Folder.Weights));
    }

    [Fact]
    public void A_run_is_reproduced_to_the_last_byte_and_only_on_the_same_text()
    {
        var first = Inputs("first");
        Train(Plan, first);
        var original = RunManifest.Read(first.Folder.Manifest);
        var again = Inputs("again") with { Reproduces = original, TokenizerFile = first.Folder.Tokenizer };
        Train(Plan, again);
        Assert.Equal(File.ReadAllBytes(first.Folder.Weights), File.ReadAllBytes(again.Folder.Weights));

        File.AppendAllText(scratch.Text, " and more");
        var failure = Assert.Throws<TrainingException>(() => Train(Plan, Inputs("changed") with { Reproduces = original }));

        Assert.Equal((FailureKind.UserInput, FailureCodes.DataNotFound), (failure.Kind, failure.Code));
        Assert.Contains("The text has changed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corpus_that_is_not_there_is_the_users_fault_and_in_the_manifest()
    {
        var run = Inputs("run") with { CorpusPath = scratch["nothing"] };
        var failure = Assert.Throws<TrainingException>(() => Train(Plan, run));
        var manifest = RunManifest.Read(run.Folder.Manifest);

        Assert.Equal(FailureKind.UserInput, failure.Kind);
        Assert.Equal(("failed", FailureKind.UserInput, failure.Message), (manifest?.Status, manifest?.FailureKind, manifest?.LastError));
    }

    [Fact]
    public void With_no_checkpoint_to_resume_from_a_run_starts_over()
    {
        var steps = new List<long>();
        Train(Plan, Inputs("run") with { Resume = true }, happened =>
        {
            if (happened is StepMade step)
            {
                steps.Add(step.Step);
            }
        });

        Assert.Equal(1, steps[0]);
    }

    [Fact]
    public void A_run_can_begin_with_another_ones_weights()
    {
        Train(Plan, Inputs("first"));
        double? loss = null;
        Train(Plan with { MaxSteps = 1 }, Inputs("second") with { StartFromWeights = Inputs("first").Folder.Weights },
            happened => loss ??= (happened as StepMade)?.Loss);

        Assert.InRange(loss ?? 0, 0.1, 4.5);
    }

    [Fact]
    public void The_same_seed_generates_the_same_text_past_the_context_length()
    {
        Train(Plan, Inputs("run"));
        using var generator = TextGenerator.Open(Inputs("run").Folder);
        var options = new SamplingOptions { MaxNewTokens = 60, Seed = 4 };
        var text = string.Concat(generator.Generate("the sea", options));

        Assert.NotEmpty(text);
        Assert.Equal(text, string.Concat(generator.Generate("the sea", options)));
        Assert.NotEqual(text, string.Concat(generator.Generate("the sea", options with { Seed = 5 })));
    }

    [Fact]
    public void A_run_that_has_not_finished_generates_from_its_newest_checkpoint()
    {
        var control = new TrainingControl();
        var run = Inputs("run");
        Train(Plan, run, happened =>
        {
            if (happened is StepMade { Step: 3 })
            {
                control.Stop(StopReason.Cancelled);
            }
        }, control);
        using var generator = TextGenerator.Open(run.Folder);

        Assert.False(File.Exists(run.Folder.Weights));
        Assert.NotEmpty(string.Concat(generator.Generate("", new() { MaxNewTokens = 5 })));
    }

    [Fact]
    public void A_run_without_any_model_can_not_generate() =>
        Assert.Throws<InvalidDataException>(() => TextGenerator.Open(new RunFolder(scratch["none"])));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_folder_that_breaks_off_while_it_is_written_never_appears(int filesWritten)
    {
        Assert.Throws<IOException>(() => Durable.CreateFolder(scratch["12"], temporary =>
        {
            for (var file = 0; file < filesWritten; file++)
            {
                Durable.WriteNew(Path.Combine(temporary, $"{file}"), output => output.WriteByte(1));
            }
            throw new IOException("No space left on device");
        }));

        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    private static TrainingResult Train(
        TrainingPlan plan, TrainingRunInputs inputs, Action<TrainingEvent>? report = null, TrainingControl? control = null)
    {
        using var run = new TrainingRun(plan, inputs, report ?? (_ => { }));
        return run.Train(control ?? new TrainingControl(), CancellationToken.None);
    }

    private TrainingRunInputs Inputs(string id) => new()
    {
        RunId = id,
        Folder = new(scratch[id]),
        TokenizerFile = scratch.Tokenizer,
        CorpusPath = scratch.Text,
        CacheFolder = scratch["cache"],
    };

    public void Dispose() => scratch.Dispose();
}
