using Trainyard.Contracts.Training;
using Trainyard.Models.Scoring;

namespace Trainyard.TrainerWorker.Training;

/// <summary>What the worker needs to know of a claimed run's family.</summary>
internal static class FamilyTraits
{
    private static readonly ModelFamilyTraits Unknown = new() { ModelTypes = [] };

    /// <summary>
    /// The family's traits; those of a language model if this worker doesn't know it, so that the run can fail with a reason.
    /// </summary>
    public static ModelFamilyTraits Traits(this RunClaimed run) =>
        ModelFamilyTraits.ByName.GetValueOrDefault(run.Config.ModelFamily, Unknown);

    /// <summary>The perplexity of a loss; null without a loss, and for a family that predicts no tokens.</summary>
    public static double? PerplexityOf(this RunClaimed run, double? loss) =>
        loss is { } known && run.Traits().IsLanguageModel ? Evaluator.Perplexity(known) : null;
}
