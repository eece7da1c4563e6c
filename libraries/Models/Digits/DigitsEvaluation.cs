using System.Diagnostics;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Digits;

/// <summary>
/// Scores a saved classifier: on the images that its run held out, or on another folder's test images, or on its training images if it has
/// no test images.
/// </summary>
internal static class DigitsEvaluation
{
    public static ModelOutcome Run(DigitsShape shape, ModelEvaluationInputs inputs, CancellationToken cancellation)
    {
        var folder = DigitImages.Open(inputs.CorpusPath, inputs.Corpus);
        if ((folder.Training.Height, folder.Training.Width) != (shape.Height, shape.Width))
        {
            throw new TrainingException(FailureKind.UserInput,
                $"The images have {folder.Training.Height} x {folder.Training.Width} pixels, "
                + $"the model was trained on {shape.Height} x {shape.Width}.");
        }
        if (inputs.HoldoutFraction is not null && RunManifest.Read(inputs.Folder.Manifest)?.Data?.Fingerprint != folder.Fingerprint)
        {
            throw new TrainingException(FailureKind.UserInput,
                "The images have changed since the run was trained, so the held-out part can't be determined. "
                + "Evaluate on a corpus path instead.");
        }
        var set = inputs.HoldoutFraction is { } fraction
            ? folder.Split(fraction, inputs.Seed).Validation
            : new DigitSet(folder.Test ?? folder.Training, [.. Enumerable.Range(0, (folder.Test ?? folder.Training).Count)]);
        using var model = shape.Build(NetworkParameters.Load(shape, inputs.WeightsFile));
        var started = Stopwatch.GetTimestamp();
        var scores = DigitScores.Of(model, set, inputs.MaxTokens ?? long.MaxValue, cancellation);
        var metrics = new EvaluationMetrics
        {
            EvaluationId = inputs.EvaluationId,
            Step = inputs.Step,
            On = inputs.On,
            Loss = scores.Loss,
            AccuracyTop1 = scores.Accuracy,
            Examples = scores.Scored,
            ExamplesAvailable = set.Count,
            DurationS = Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
        return new(metrics, Samples: [], Notices: []);
    }
}
