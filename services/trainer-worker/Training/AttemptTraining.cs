using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.FilePaths;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Plugins;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Trains attempts of runs, one after the other.</summary>
internal sealed class AttemptTraining(AppPaths paths, PluginFamilies plugins, TimeProvider time) : IDisposable
{
    private volatile BegunAttempt? current;

    /// <summary>The attempt that is being trained, or whose files are still open.</summary>
    public BegunAttempt? Current => current;

    /// <summary>Makes a new attempt the current one. The files of the one before are closed.</summary>
    public BegunAttempt Begin(CancellationToken abandoned)
    {
        current?.Dispose();
        return current = new(Resolve, time, abandoned);
    }

    public void Dispose() => current?.Dispose();

    /// <summary>An attempt from its claim until its files are closed.</summary>
    internal sealed class BegunAttempt(
        Func<RunClaimed, ReportedEvents, (TrainingRunInputs Inputs, TrainyardException? Refusal)> resolve, TimeProvider time,
        CancellationToken abandoned) : IDisposable
    {
        private readonly TrainingControl control = new();
        private volatile TrainingRun? run;

        public void Stop(StopReason reason) => control.Stop(reason);

        public void SaveCheckpoint() => control.CheckpointNow();

        public TrainingOutcome Train(RunClaimed claim, ReportedEvents events) => Try(() =>
        {
            var (opened, refusal) = Open(claim, events);
            if (refusal is not null)
            {
                throw opened.Fail(FailureKinds.Classify(refusal));
            }
            return new(opened.Train(control, abandoned), Failure: null);
        });

        /// <summary>Records that the attempt's process has ended.</summary>
        public TrainingOutcome Fail(RunClaimed claim, ComputeFailure failure, ReportedEvents events) => Try(() =>
        {
            Open(claim, events).Run.Fail(failure.ToException());
            return new(Result: null, failure);
        });

        /// <summary>Publishes a file of the attempt, if it got far enough to have any.</summary>
        public PublishingFault? Publish(string path) => TryPublish(opened => opened.Publish(path));

        /// <summary>Publishes the attempt's final files.</summary>
        public PublishingFault? Close(long droppedEvents) => TryPublish(opened => opened.Close(droppedEvents));

        public void Dispose()
        {
            run?.Dispose();
            control.Dispose();
        }

        private (TrainingRun Run, TrainyardException? Refusal) Open(RunClaimed claim, ReportedEvents events)
        {
            var plan = TrainingPlans.From(claim.Config);
            var (inputs, refusal) = resolve(claim, events);
            var opened = new TrainingRun(plan, inputs, events.Report, time);
            run = opened;
            return (opened, refusal);
        }

        private TrainingOutcome Try(Func<TrainingOutcome> compute)
        {
            try
            {
                return compute();
            }
            catch (Exception exception) when (abandoned.IsCancellationRequested || exception is AttemptOverException)
            {
                return new(Result: null, Failure: null);
            }
            catch (Exception exception)
            {
                return new(Result: null, ComputeFailure.Of(exception));
            }
        }

        private PublishingFault? TryPublish(Action<TrainingRun> publish)
        {
            try
            {
                if (run is { } opened)
                {
                    publish(opened);
                }
                return null;
            }
            catch (Exception fault) when (fault is AttemptOverException or IOException or UnauthorizedAccessException)
            {
                return PublishingFault.Of(fault);
            }
        }
    }

    /// <returns>The inputs, and the reason if the run can't start. Such a run still gets a folder that records the failure.</returns>
    private (TrainingRunInputs Inputs, TrainyardException? Refusal) Resolve(RunClaimed claim, ReportedEvents events)
    {
        if (!Directory.Exists(paths.ArtifactsRoot))
        {
            // Creating it would start the run over on the wrong disk.
            throw new TrainyardException(ErrorCode.BackendUnavailable,
                "The folder of the artifacts is missing (APP__ARTIFACTS_ROOT). Mount its disk, or create it.");
        }
        var inputs = new TrainingRunInputs
        {
            RunId = claim.RunId,
            Attempt = claim.Attempt,
            Folder = new RunFolder(paths.Model(claim.RunId)),
            CorpusPath = "",
            Corpus = paths.CorpusOptions(claim.Config),
            CacheFolder = Path.Combine(paths.DataRoot, "cache", "tokens"),
            PublishLater = true,
            Undelivered = events.Undelivered,
            Resume = claim.Resume,
            FromStep = claim.FromStep,
            Plugin = plugins.PluginOf(claim.Config.ModelFamily),
            Config = JsonSerializer.SerializeToElement(claim.Config, WireJson.Options),
        };
        try
        {
            var pretrained = PretrainedFolders.Resolve(paths, claim.Config);
            return (inputs with
            {
                TokenizerFile = Tokenizer(claim, inputs.Folder, pretrained),
                PretrainedFolder = pretrained,
                Reproduces = claim.ReproducesRunId is { } original ? Original(original) : null,
                CorpusPath = paths.ResolveCorpus(claim.Config.CorpusPath),
                Prompts = paths.Prompts(claim.Config.EvalPrompts, claim.Config.EvalPromptsPath, "eval_prompts_path"),
                StartFromWeights = claim.StartFromPath is { } folder ? Weights(folder) : null,
            }, null);
        }
        catch (TrainyardException refusal)
        {
            return (inputs, refusal);
        }
    }

    // A resumed run uses its own copy, so that it survives deletion of the tokenizer.
    private string? Tokenizer(RunClaimed claim, RunFolder folder, string? pretrained)
    {
        if (!claim.Traits().IsLanguageModel)
        {
            return null;
        }
        if (claim.Resume && File.Exists(folder.Tokenizer))
        {
            return folder.Tokenizer;
        }
        if (claim.ReproducesRunId is { } original)
        {
            return new RunFolder(paths.Model(original)).Tokenizer;
        }
        if (pretrained is not null && claim.Config.TokenizerId.Length == 0)
        {
            return PretrainedFolders.Tokenizer(paths, pretrained);
        }
        var tokenizer = Path.Combine(paths.Tokenizer(claim.Config.TokenizerId), "tokenizer.json");
        return File.Exists(tokenizer)
            ? tokenizer
            : throw new TrainyardException(ErrorCode.TokenizerNotFound, $"There is no tokenizer {claim.Config.TokenizerId}.");
    }

    private RunManifest Original(string runId) =>
        RunManifest.Read(new RunFolder(paths.Model(runId)).Manifest)
        ?? throw new TrainyardException(ErrorCode.DataNotFound, $"The manifest of run {runId} is gone, so it can't be reproduced.");

    private string Weights(string folder) =>
        ContainedPath.Resolve(paths.ArtifactsRoot, Path.Combine(folder, CheckpointStore.WeightsFile)) is { } path && File.Exists(path)
            ? path
            : throw new TrainyardException(ErrorCode.CheckpointInvalid, $"There are no weights to start from at {folder}.");
}
