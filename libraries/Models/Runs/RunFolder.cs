namespace Trainyard.Models.Runs;

/// <summary>Where the files of a run lie.</summary>
/// <param name="Path">Its folder.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>The model's shape, as Hugging Face writes it.</summary>
    public string Config => this["config.json"];

    /// <summary>The finished model's weights, with Hugging Face's names.</summary>
    public string Weights => this["model.safetensors"];

    /// <summary>The tokenizer it was trained with.</summary>
    public string Tokenizer => this["tokenizer.json"];

    /// <summary>How the model came about.</summary>
    public string Manifest => this["manifest.json"];

    /// <summary>The run's log, a JSON object a line.</summary>
    public string Logs => this["logs.jsonl"];

    /// <summary>Training states.</summary>
    public string Checkpoints => this["checkpoints"];

    /// <summary>The latest evaluation.</summary>
    public string EvalMetrics => this["eval/metrics.json"];

    /// <summary>Text sampled at every evaluation, a JSON object a line.</summary>
    public string EvalSamples => this["eval/samples.jsonl"];

    private string this[string name] => System.IO.Path.Combine(Path, name);
}
