using System.Text.Json;
using Trainyard.Models.Scoring;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Runs;

/// <summary>The provenance of a model: enough to assess it and to reproduce it.</summary>
public sealed record RunManifest
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Which attempt wrote this, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary><c>running</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>paused</c> or <c>interrupted</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The config as the run was given it.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>The resolved plan, with all defaults filled in.</summary>
    public required TrainingPlan Plan { get; init; }

    /// <summary>Seed of every random choice.</summary>
    public required long Seed { get; init; }

    /// <summary>Software that made it.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>The plugin that brought the model family; null for a family of Trainyard.</summary>
    public RunPlugin? Plugin { get; init; }

    /// <summary>Commit of the working directory, where that is a git checkout.</summary>
    public string? GitCommit { get; init; }

    /// <summary>The machine.</summary>
    public required MachineDescription Machine { get; init; }

    /// <summary>Trainable numbers.</summary>
    public long? Parameters { get; init; }

    /// <summary>The layers whose weights are spectrally normalised; null without any.</summary>
    public IReadOnlyList<string>? NormalisedLayers { get; init; }

    /// <summary>The data.</summary>
    public DataDescription? Data { get; init; }

    /// <summary>When this attempt started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Seconds spent on each part of this attempt.</summary>
    public required IReadOnlyDictionary<string, double> Durations { get; init; }

    /// <summary>Checkpoints that this attempt has saved.</summary>
    public int Checkpoints { get; init; }

    /// <summary>Last and best values.</summary>
    public TrainingState? Metrics { get; init; }

    /// <summary>The latest evaluation.</summary>
    public EvaluationMetrics? Evaluation { get; init; }

    /// <summary>The step whose weights <c>model.safetensors</c> holds: the best one.</summary>
    public long? ModelStep { get; init; }

    /// <summary>The run's files.</summary>
    public IReadOnlyList<StoredFile> Artifacts { get; init; } = [];

    /// <summary>The kind of failure.</summary>
    public FailureKind? FailureKind { get; init; }

    /// <summary>What failed, as a code of the API.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The last error.</summary>
    public string? LastError { get; init; }

    /// <summary>Number of metric events dropped because the store was unavailable.</summary>
    public long? DroppedEvents { get; init; }

    /// <summary>Reads a manifest; null when there is none that can be read.</summary>
    public static RunManifest? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<RunManifest>(File.ReadAllBytes(path), ModelJson.Indented);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it as JSON.</summary>
    internal void Write(Stream output) => JsonSerializer.Serialize(output, this, ModelJson.Indented);
}

/// <summary>A machine that trains.</summary>
/// <param name="Cpu">Its processor's name.</param>
/// <param name="Cores">Logical cores.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="MatrixLibrary">What multiplies matrices.</param>
/// <param name="Os">Operating system.</param>
public sealed record MachineDescription(string Cpu, int Cores, int Threads, string MatrixLibrary, string Os);

/// <summary>What was trained on.</summary>
/// <param name="Fingerprint">Of the data's content.</param>
/// <param name="Files">Files of it.</param>
/// <param name="HeldOutFiles">Files held out whole; 0 where others lost a part instead.</param>
public sealed record DataDescription(string Fingerprint, int Files, int? HeldOutFiles)
{
    /// <summary>Tokens to train on; null if the data is no text.</summary>
    public long? TrainingTokens { get; init; }

    /// <summary>Tokens held out; null if the data is no text.</summary>
    public long? ValidationTokens { get; init; }

    /// <summary>Examples to train on; null for text.</summary>
    public long? TrainingExamples { get; init; }

    /// <summary>Examples held out; null for text.</summary>
    public long? ValidationExamples { get; init; }

    /// <summary>Files and links that were left out.</summary>
    public int SkippedFiles { get; init; }

    /// <summary>The first of them, with why.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];
}
