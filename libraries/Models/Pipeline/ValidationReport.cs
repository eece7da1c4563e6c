using System.Globalization;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;

namespace Trainyard.Models.Pipeline;

/// <summary>The scores of an evaluation during training, as a line of the log and as measurements.</summary>
/// <param name="evaluated">The scores.</param>
/// <param name="unit">What was scored; see <see cref="DataSize"/>.</param>
internal sealed class ValidationReport(Evaluated evaluated, string unit)
{
    private const string Validation = "validation";

    private readonly ValidationScores scores = evaluated.Scores;

    public string Line
    {
        get
        {
            var line = Text($"Step {evaluated.Step}: validation loss {scores.Loss:F4}");
            line += scores.Perplexity is { } perplexity ? Text($", perplexity {perplexity:F2}") : "";
            line += scores.Accuracy is { } accuracy ? Text($", accuracy {accuracy:F4}") : "";
            line += evaluated.IsBest ? ", the best so far" : "";
            return line + (scores.Scored < scores.Available
                ? Text($" (on {scores.Scored:N0} of {scores.Available:N0} held-out {unit}).")
                : ".");
        }
    }

    public EvaluationMetrics Metrics(string evaluationId, DateTimeOffset at)
    {
        var (tokens, examples) = (unit == DataSize.Tokens, unit == DataSize.Examples);
        return new()
        {
            EvaluationId = evaluationId,
            Step = evaluated.Step,
            On = Validation,
            Epoch = evaluated.Epoch,
            Loss = scores.Loss,
            Perplexity = scores.Perplexity,
            AccuracyTop1 = scores.Accuracy,
            Tokens = tokens ? scores.Scored : null,
            TokensAvailable = tokens ? scores.Available : null,
            Examples = examples ? scores.Scored : null,
            ExamplesAvailable = examples ? scores.Available : null,
            DurationS = evaluated.Duration.TotalSeconds,
            EvaluatedAt = at,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
