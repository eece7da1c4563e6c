using Trainyard.Contracts.Evaluation;
using Trainyard.FilePaths;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Evaluation;
using Trainyard.Models.Runs;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.Evaluation;

/// <summary>Evaluates models of runs.</summary>
internal sealed class ModelEvaluations(AppPaths paths, TimeProvider time)
{
    public EvaluationResult Evaluate(EvaluationClaimed claim, CancellationToken cancellation)
    {
        try
        {
            return new(new ModelEvaluation(Inputs(claim), time).Run(cancellation), Failure: null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(Report: null, ComputeFailure.Of(exception));
        }
    }

    private ModelEvaluationInputs Inputs(EvaluationClaimed claim)
    {
        var onValidation = claim.Request.On == EvaluationClaimed.Validation;
        var checkpoint = ContainedPath.Resolve(paths.ArtifactsRoot, claim.CheckpointPath) is { } path && Directory.Exists(path)
            ? path
            : throw new TrainingException(FailureKind.Transient, $"The checkpoint of step {claim.Step} no longer exists.");
        return new()
        {
            EvaluationId = claim.EvaluationId,
            Folder = new RunFolder(paths.Model(claim.RunId)),
            WeightsFile = Path.Combine(checkpoint, CheckpointStore.WeightsFile),
            Step = claim.Step,
            Attempt = claim.RunAttempt,
            On = claim.Request.On,
            CorpusPath = onValidation ? paths.ResolveCorpus(claim.Config.CorpusPath) : paths.ResolveInput(claim.Request.On, "on"),
            HoldoutFraction = onValidation ? claim.Config.HoldoutFraction : null,
            Corpus = paths.CorpusOptions(claim.Config),
            CacheFolder = Path.Combine(paths.DataRoot, "cache", "tokens"),
            BatchSize = claim.Config.BatchSize,
            Threads = claim.Config.Threads,
            MaxTokens = claim.Request.MaxTokens,
            Prompts = paths.Prompts(claim.Request.Prompts, claim.Request.PromptsPath, "prompts_path"),
            Samples = claim.Request.Samples,
            SampleTokens = claim.Request.SampleTokens,
            Seed = claim.Config.Seed,
        };
    }
}
