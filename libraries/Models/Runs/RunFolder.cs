namespace Trainyard.Models.Runs;

/// <summary>Where the files of a run lie.</summary>
/// <param name="Path">Its folder.</param>
public sealed record RunFolder(string Path)
{
    internal const string ConfigName = "config.json";
    internal const string GenerationConfigName = "generation_config.json";
    internal const string WeightsName = "model.safetensors";
    internal const string TokenizerName = "tokenizer.json";
    internal const string ManifestName = "manifest.json";
    internal const string LogsName = "logs.jsonl";
    internal const string EvalMetricsName = "eval/metrics.json";
    internal const string EvalSamplesName = "eval/samples.jsonl";

    /// <summary>The model's shape, as Hugging Face writes it.</summary>
    public string Config => this[ConfigName];

    /// <summary>The finished model's weights, with Hugging Face's names.</summary>
    public string Weights => this[WeightsName];

    /// <summary>The tokenizer it was trained with.</summary>
    public string Tokenizer => this[TokenizerName];

    /// <summary>How the model came about.</summary>
    public string Manifest => this[ManifestName];

    /// <summary>The run's log, a JSON object a line.</summary>
    public string Logs => this[LogsName];

    /// <summary>Training states.</summary>
    public string Checkpoints => this["checkpoints"];

    /// <summary>The latest evaluation.</summary>
    public string EvalMetrics => this[EvalMetricsName];

    /// <summary>Text sampled at every evaluation, a JSON object a line.</summary>
    public string EvalSamples => this[EvalSamplesName];

    private string this[string name] => System.IO.Path.Combine(Path, name);
}
