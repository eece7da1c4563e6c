using System.Globalization;
using System.Text.Json;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Runs;

/// <summary>The scores of an evaluation during training, as a line of the log and as <c>eval/metrics.json</c>.</summary>
/// <param name="evaluated">The scores.</param>
/// <param name="unit">What was scored; see <see cref="DataSize"/>.</param>
internal sealed class ValidationReport(Evaluated evaluated, string unit)
{
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

    public byte[] Json(DateTimeOffset at)
    {
        var (tokens, examples) = (unit == DataSize.Tokens, unit == DataSize.Examples);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                evaluated.Step,
                evaluated.Epoch,
                scores.Loss,
                scores.Perplexity,
                scores.Accuracy,
                Tokens = tokens ? scores.Scored : (long?)null,
                TokensAvailable = tokens ? scores.Available : (long?)null,
                Examples = examples ? scores.Scored : (long?)null,
                ExamplesAvailable = examples ? scores.Available : (long?)null,
                EvaluatedAt = at,
            }, ModelJson.Indented);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
