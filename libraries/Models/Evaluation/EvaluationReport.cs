using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Storage;

namespace Trainyard.Models.Evaluation;

/// <summary>The result of an evaluation.</summary>
/// <param name="Metrics">The metrics.</param>
/// <param name="MetricsJson">The metrics as written to the file.</param>
/// <param name="RunAttempt">The run's attempt that saved the weights.</param>
/// <param name="Samples">The generated samples.</param>
/// <param name="Notices">A line for each file of the text that was skipped or changed on reading.</param>
public sealed record EvaluationReport(
    EvaluationMetrics Metrics, string MetricsJson, int RunAttempt, IReadOnlyList<EvaluationSample> Samples, IReadOnlyList<string> Notices)
{
    /// <summary>The file of the metrics, below the run's folder.</summary>
    public const string MetricsFile = RunFolder.EvalMetricsName;

    /// <summary>The file of the samples, below the run's folder.</summary>
    public const string SamplesFile = RunFolder.EvalSamplesName;

    /// <summary>Whether <see cref="Publish"/> writes <see cref="SamplesFile"/>. False for models that generate no text.</summary>
    [JsonIgnore]
    public bool HasSamples => Metrics.Tokens is not null;

    /// <summary>
    /// Writes the result to the run's folder. Repeating it changes nothing. If the run has been deleted, nothing is written.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    public void Publish(RunFolder folder)
    {
        if (!Directory.Exists(folder.Path))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder.EvalMetrics) ?? folder.Path);
        var json = Encoding.UTF8.GetBytes(MetricsJson);
        var metrics = Durable.WriteFile(folder.EvalMetrics, output => output.Write(json)) with { Name = MetricsFile };
        List<StoredFile> files = [metrics];
        if (HasSamples)
        {
            AddSamples(folder);
            files.Add(StoredFile.Describe(folder.Path, SamplesFile));
        }
        // While the run trains, only the trainer writes the manifest. It lists these files at the end.
        if (RunManifest.Read(folder.Manifest) is { Status: not "running" } manifest)
        {
            var others = manifest.Artifacts.Where(known => files.All(file => file.Name != known.Name));
            var updated = manifest with { Evaluation = Metrics, Artifacts = [.. others, .. files] };
            Durable.WriteFile(folder.Manifest, updated.Write);
        }
    }

    private void AddSamples(RunFolder folder)
    {
        // By text, because a full disk may have cut off a line.
        var mark = $"\"evaluation_id\":{JsonSerializer.Serialize(Metrics.EvaluationId, ModelJson.Line)},";
        var known = File.Exists(folder.EvalSamples)
            ? File.ReadLines(folder.EvalSamples).Where(line => line.Contains(mark, StringComparison.Ordinal)).ToList()
            : [];
        using var lines = new JsonLines(folder.EvalSamples);
        foreach (var sample in Samples.Where(sample => !known.Exists(line => IsOf(sample, line))))
        {
            lines.Add(new SampleLine(
                Metrics.EvaluatedAt, RunAttempt, Metrics.Step, Metrics.EvaluationId, sample.Prompt, sample.Seed, sample.Text));
        }
    }

    private static bool IsOf(EvaluationSample sample, string line) => line.Contains(
        FormattableString.Invariant($"\"prompt\":{JsonSerializer.Serialize(sample.Prompt, ModelJson.Line)},\"seed\":{sample.Seed},"),
        StringComparison.Ordinal);
}
