using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Generation;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Runs;

/// <summary>
/// A training run: prepares the data, trains, and writes config, tokenizer, weights, evaluation, samples, log and manifest to the run's
/// folder. Files are written to the attempt's folder and published when finished. Use an instance once.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private const int SampleTokens = 64;
    private const string SamplePrompt = "";

    private readonly TrainingRunInputs inputs;
    private readonly RunFolder folder;
    private readonly AttemptFolder attempt;
    private readonly Action<TrainingEvent> report;
    private readonly TimeProvider time;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, double> durations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, StoredFile> artifacts = new(StringComparer.Ordinal);
    private readonly JsonLines log;
    private readonly JsonLines samples;
    private TrainingPlan plan;
    private RunManifest manifest;

    /// <summary>Opens the run's folder and sets its manifest to running.</summary>
    /// <param name="plan">The training plan. A given model replaces its shape, otherwise the tokenizer its vocabulary size.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="report">Receives events, on the training thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AttemptOverException">A later attempt has begun.</exception>
    public TrainingRun(TrainingPlan plan, TrainingRunInputs inputs, Action<TrainingEvent> report, TimeProvider? time = null)
    {
        this.plan = plan;
        this.inputs = inputs;
        this.report = report;
        this.time = time ?? TimeProvider.System;
        folder = inputs.Folder;
        var settings = TorchRuntime.Prepare(plan.Threads);
        attempt = AttemptFolder.Open(folder, inputs.Attempt);
        log = attempt.Append(RunFolder.LogsName);
        samples = attempt.Append(RunFolder.EvalSamplesName);
        manifest = new()
        {
            RunId = inputs.RunId,
            Attempt = inputs.Attempt,
            Status = "running",
            Config = inputs.Config,
            Plan = plan,
            Seed = plan.Seed,
            Versions = Provenance.Versions,
            GitCommit = Provenance.GitCommit(Environment.CurrentDirectory),
            Machine = Provenance.Machine(plan.ThreadCount, settings),
            StartedAt = this.time.GetUtcNow(),
            Durations = durations,
        };
        ShowManifest();
    }

    /// <summary>Trains to the end, or until a stop is requested.</summary>
    /// <param name="control">Requests to stop or to save a checkpoint.</param>
    /// <param name="abandoned">Cancelled when another worker has the run: training stops at once and writes nothing more.</param>
    /// <exception cref="TrainingException">Training failed; the failure is also in the manifest.</exception>
    /// <exception cref="OperationCanceledException">The run was abandoned.</exception>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public TrainingResult Train(TrainingControl control, CancellationToken abandoned)
    {
        try
        {
            return TrainOrStop(control, abandoned);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (attempt.IsOver)
        {
            throw exception as AttemptOverException ?? new AttemptOverException("A later attempt has taken the run over.", exception);
        }
        catch (Exception exception)
        {
            throw Fail(TrainingException.From(exception));
        }
        finally
        {
            TorchRuntime.ReleaseFreedMemory();
        }
    }

    /// <summary>Records in log and manifest that the run can't start.</summary>
    /// <param name="failure">The reason.</param>
    /// <returns>The failure, to be thrown.</returns>
    public TrainingException Fail(TrainingException failure)
    {
        Log("error", failure.Message);
        End(manifest with { Status = "failed", FailureKind = failure.Kind, LastError = failure.Message });
        return failure;
    }

    /// <summary>Publishes a file or checkpoint of this attempt; see <see cref="TrainingRunInputs.PublishLater"/>.</summary>
    /// <param name="path">The path in the file's event.</param>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public void Publish(string path) => attempt.Publish(path);

    /// <summary>Publishes the manifest and ends the attempt.</summary>
    /// <param name="droppedEvents">Live events that were dropped.</param>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public void Close(long droppedEvents = 0)
    {
        manifest = droppedEvents == 0 ? manifest : manifest with { DroppedEvents = droppedEvents };
        ShowManifest();
        attempt.Close();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        log.Dispose();
        samples.Dispose();
    }

    private TrainingResult TrainOrStop(TrainingControl control, CancellationToken abandoned)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abandoned, control.Stopping);
        TokenizedCorpus corpus;
        try
        {
            corpus = PrepareData(either.Token);
        }
        catch (OperationCanceledException) when (!abandoned.IsCancellationRequested && control.StopRequested is { } reason)
        {
            var message = $"{Stopped(reason)} before the first step.";
            Log("info", message);
            End(manifest with { Status = Name(reason) });
            return new(reason, new TrainingState(), Epochs: 0, Stopwatch.GetElapsedTime(started), message);
        }
        using (corpus)
        {
            return Train(corpus, control, abandoned);
        }
    }

    private TokenizedCorpus PrepareData(CancellationToken cancellation)
    {
        var tokenizer = BpeTokenizer.Load(inputs.TokenizerFile);
        plan = inputs.PretrainedFolder is { } pretrained
            ? PretrainedModel.Fit(plan, pretrained, tokenizer)
            : plan with { Shape = plan.Shape with { VocabularySize = tokenizer.VocabularySize } };
        Keep(RunFolder.TokenizerName, "tokenizer", output => output.Write(File.ReadAllBytes(inputs.TokenizerFile)));
        foreach (var (name, json) in TransformersFile.Of(tokenizer, plan.Shape.MaxSeqLen))
        {
            Keep(name, "tokenizer", json);
        }
        Keep(RunFolder.ConfigName, "config", HuggingFaceFiles.ConfigOf(plan.Shape, plan.Dropout, tokenizer.EndOfTextId));
        Keep(
            RunFolder.GenerationConfigName, "config",
            HuggingFaceFiles.GenerationConfigOf(plan.Shape, tokenizer.EndOfTextId, tokenizer.PaddingId));

        var text = TextCorpus.Open(inputs.CorpusPath, inputs.Corpus);
        foreach (var notice in text.Notices)
        {
            Log("warning", notice);
        }
        var split = CorpusSplit.Of(text, plan.HoldoutFraction, plan.Seed);
        Log("info", split.HeldOutDocuments > 0
            ? $"{split.HeldOutDocuments} of {text.Files.Count} files are held out for validation."
            : $"The last lines of {split.Cuts.Count} of {text.Files.Count} files are held out for validation.");
        if (tokenizer.EndOfTextId is null)
        {
            Log("warning", "The tokenizer has no <|endoftext|> token, so the model doesn't learn where texts end.");
        }
        var corpus = CorpusTokens.Prepare(text, inputs.TokenizerFile, split, inputs.CacheFolder, cancellation);
        Spend("prepare_seconds", Stopwatch.GetElapsedTime(started));
        manifest = manifest with
        {
            Plan = plan,
            Parameters = plan.Shape.ParameterCount,
            Data = new(text.Fingerprint, text.Files.Count, corpus.Training.Count, corpus.Validation.Count, split.HeldOutDocuments)
            {
                SkippedFiles = text.Skipped.Count,
                Skipped = [.. text.Skipped.Take(TextCorpus.MaxNamed)],
            },
        };
        ShowManifest();
        return corpus;
    }

    private TrainingResult Train(TokenizedCorpus corpus, TrainingControl control, CancellationToken abandoned)
    {
        var tokenizer = BpeTokenizer.Load(inputs.TokenizerFile);
        var checkpoints = new CheckpointStore(folder.Checkpoints, attempt, inputs.Undelivered)
        {
            ModelConfig = HuggingFaceFiles.ConfigOf(plan.Shape, plan.Dropout, tokenizer.EndOfTextId),
        };
        checkpoints.DeleteUnfinished();
        TextGenerator? generator = null;
        using var loop = new TrainingLoop(plan, corpus, checkpoints, happened => Observe(happened, generator),
            inputs.PretrainedFolder ?? inputs.StartFromWeights);
        if (loop.NormalisedLayers is { Count: > 0 } normalised)
        {
            manifest = manifest with { NormalisedLayers = normalised };
            Log("info", $"Spectral norm on {normalised.Count} layers, from {normalised[0]} to {normalised[^1]}.");
        }
        generator = new TextGenerator(loop.Model, tokenizer);
        Continue(loop, checkpoints);

        var trained = Stopwatch.GetTimestamp();
        var stopped = loop.Run(control, abandoned);
        abandoned.ThrowIfCancellationRequested();
        Spend("training_seconds", Stopwatch.GetElapsedTime(trained));

        var status = stopped is { } reason ? Name(reason) : "completed";
        var modelStep = stopped is null ? KeepModel(loop, checkpoints) : (long?)null;
        if (File.Exists(folder.EvalSamples))
        {
            Keep(StoredFile.Describe(folder.Path, RunFolder.EvalSamplesName), "eval");
        }
        var message = Ending(stopped, loop);
        Log("info", loop.State.Step == loop.TotalSteps ? $"Completed after step {loop.State.Step}." : message);
        End(manifest with { Status = status, Metrics = loop.State, ModelStep = modelStep });
        return new(stopped, loop.State, (int)(loop.State.Step / loop.StepsPerEpoch), Stopwatch.GetElapsedTime(started), message);
    }

    private string Ending(StopReason? stopped, TrainingLoop loop)
    {
        var state = loop.State;
        if (stopped is { } reason)
        {
            return $"{Stopped(reason)} after step {state.Step} of {loop.TotalSteps}.";
        }
        return state.Step == loop.TotalSteps
            ? $"Completed {state.Step} steps."
            : $"Stopped early after step {state.Step} of {loop.TotalSteps}: "
                + $"the validation loss did not improve {MinDelta}in {state.EvaluationsSinceBest} evaluations. "
                + string.Create(CultureInfo.InvariantCulture, $"The best, {state.BestLoss:F4}, is of step {state.BestStep}.");
    }

    private string MinDelta => plan.EarlyStoppingMinDelta > 0
        ? string.Create(CultureInfo.InvariantCulture, $"by more than {plan.EarlyStoppingMinDelta} ")
        : "";

    private static string Stopped(StopReason reason) => reason switch
    {
        StopReason.Cancelled => "Cancelled",
        StopReason.Paused => "Paused",
        _ => "The worker stopped",
    };

    private void Continue(TrainingLoop loop, CheckpointStore checkpoints)
    {
        if (!inputs.Resume)
        {
            return;
        }

        if (checkpoints.NewestIntact(inputs.FromStep, message => Log("warning", message)) is { } checkpoint)
        {
            loop.Resume(checkpoint);
            Log("info", $"Resuming from checkpoint {checkpoint.State.Step}.");
            // Report undelivered events before any checkpoint: once a checkpoint is stored, all earlier events must be.
            if (checkpoints.ReadUndelivered(checkpoint.State.Step) is { Length: > 0 } undelivered)
            {
                report(new UndeliveredFound(undelivered));
            }
        }
        else
        {
            checkpoints.DeleteAfter(0);
            Log("warning", "There is no intact checkpoint to resume from. Starting over.");
        }
        checkpoints.Unpublished.ToList().ForEach(step => Adopt(checkpoints, step));
    }

    /// <summary>Reports a checkpoint that an earlier attempt saved but did not publish.</summary>
    private void Adopt(CheckpointStore checkpoints, long step)
    {
        try
        {
            var state = checkpoints.Read(step).State;
            var (name, size) = (CheckpointStore.NameOf(step), checkpoints.SizeOf(step));
            Observe(new CheckpointWritten(step, name, size, state.BestStep == step, state, TimeSpan.Zero), generator: null);
        }
        catch (InvalidDataException)
        {
            attempt.Delete(CheckpointStore.NameOf(step));
        }
    }

    private void Observe(TrainingEvent happened, TextGenerator? generator)
    {
        switch (happened)
        {
            case TrainingStarted start:
                Log("info", string.Create(CultureInfo.InvariantCulture,
                    $"Training {start.Parameters:N0} parameters on {start.TrainingTokens:N0} tokens, {start.ValidationTokens:N0} held out: "
                    + $"steps {start.FromStep + 1} to {start.TotalSteps}."));
                break;
            case Evaluated evaluated:
                Spend("evaluation_seconds", evaluated.Duration);
                Log("info", string.Create(CultureInfo.InvariantCulture,
                    $"Step {evaluated.Step}: validation loss {evaluated.Loss:F4}, perplexity {evaluated.Perplexity:F2}")
                    + $"{(evaluated.IsBest ? ", the best so far" : "")}{Covered(evaluated)}.");
                Keep(RunFolder.EvalMetricsName, "eval", JsonSerializer.Serialize(
                    new
                    {
                        evaluated.Step,
                        evaluated.Epoch,
                        evaluated.Loss,
                        evaluated.Perplexity,
                        evaluated.Tokens,
                        evaluated.TokensAvailable,
                        EvaluatedAt = time.GetUtcNow(),
                    }, ModelJson.Indented));
                Sample(evaluated.Step, generator);
                break;
            case LossSpiked spike:
                Log("warning", string.Create(CultureInfo.InvariantCulture,
                    $"Loss spike at step {spike.Step}: {spike.Loss:F4}, {spike.Deviations:F1} standard deviations above the recent mean ")
                    + string.Create(CultureInfo.InvariantCulture, $"of {spike.Mean:F4}."));
                break;
            case CheckpointWritten written:
                Log("info", $"Saved checkpoint {written.Step}.");
                break;
        }
        report(happened);
        if (happened is CheckpointWritten { Path: var path })
        {
            ShowUnlessLater(path);
        }
    }

    private static string Covered(Evaluated evaluated) => evaluated.Tokens < evaluated.TokensAvailable
        ? string.Create(CultureInfo.InvariantCulture, $" (on {evaluated.Tokens:N0} of {evaluated.TokensAvailable:N0} held-out tokens)")
        : "";

    // Sampling uses its own random numbers, so that it doesn't affect training.
    private void Sample(long step, TextGenerator? generator)
    {
        if (generator is null)
        {
            return;
        }

        var sampling = Stopwatch.GetTimestamp();
        var options = new SamplingOptions { MaxNewTokens = SampleTokens, TopK = 50, Seed = plan.Seed };
        var text = string.Concat(generator.Generate(SamplePrompt, options));
        samples.Add(new SampleLine(time.GetUtcNow(), inputs.Attempt, step, EvaluationId: null, SamplePrompt, options.Seed, text));
        Spend("sampling_seconds", Stopwatch.GetElapsedTime(sampling));
        report(new Sampled(step, SamplePrompt, text));
    }

    private long KeepModel(TrainingLoop loop, CheckpointStore checkpoints)
    {
        if (loop.State.BestStep is { } best && checkpoints.Steps.Contains(best))
        {
            using var weights = checkpoints.OpenWeights(best);
            Keep(RunFolder.WeightsName, "model", weights.CopyTo);
            return best;
        }
        Keep(RunFolder.WeightsName, "model", output => SafetensorsFile.Write(output, loop.PublishedWeights));
        return loop.State.Step;
    }

    private void Keep(string name, string kind, string text) =>
        Keep(name, kind, output => output.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private void Keep(string name, string kind, Action<Stream> write) => Keep(attempt.Write(name, write), kind);

    private void Keep(StoredFile file, string kind)
    {
        artifacts[file.Name] = file;
        report(new ArtifactWritten(file.Name, kind, file.Size, file.Sha256));
        ShowUnlessLater(file.Name);
    }

    private void ShowUnlessLater(string name)
    {
        if (!inputs.PublishLater)
        {
            attempt.Publish(name);
        }
    }

    // Publishes the attempt's current state.
    private void ShowManifest()
    {
        attempt.Write(RunFolder.ManifestName, manifest.Write);
        attempt.Publish(RunFolder.ManifestName);
    }

    private void Log(string level, string message)
    {
        log.Add(new LogLine(time.GetUtcNow(), level, inputs.RunId, inputs.Attempt, message));
        report(new Logged(level, message));
    }

    private static string Name(StopReason reason) => reason.ToString().ToLowerInvariant();

    private void Spend(string what, TimeSpan duration) => durations[what] = durations.GetValueOrDefault(what) + duration.TotalSeconds;

    private void End(RunManifest ended)
    {
        Spend("total_seconds", Stopwatch.GetElapsedTime(started));
        manifest = ended with { EndedAt = time.GetUtcNow(), Artifacts = [.. artifacts.Values] };
        if (!inputs.PublishLater)
        {
            Close();
        }
    }
}
