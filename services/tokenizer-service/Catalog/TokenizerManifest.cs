using Trainyard.Contracts.Errors;
using Trainyard.Tokenizers;
using Trainyard.TokenizerService.Training;

namespace Trainyard.TokenizerService.Catalog;

/// <summary>A tokenizer's <c>manifest.json</c>, which is also its representation in the API.</summary>
internal sealed record TokenizerManifest
{
    public required string TokenizerId { get; init; }

    public string? Name { get; init; }

    public required TokenizerStatus Status { get; init; }

    /// <summary>The state in one sentence.</summary>
    public required string Message { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last training attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Number of training attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>Progress while it trains; only in API responses.</summary>
    public TrainingProgress? Progress { get; init; }

    public required TokenizerConfig Config { get; init; }

    /// <summary>Number of tokens; fewer than requested if the corpus has no more pairs to merge.</summary>
    public int? VocabSize { get; init; }

    public TokenizerStatistics? Statistics { get; init; }

    public CorpusSummary? Corpus { get; init; }

    public TrainingDurations? Durations { get; init; }

    public TrainingEnvironment? Environment { get; init; }

    public IReadOnlyList<TokenizerFile> Artifacts { get; init; } = [];

    public TrainingFailure? Failure { get; init; }
}

/// <summary>How far a tokenizer's training is: its phase and its merges.</summary>
internal sealed record TrainingProgress(string Phase, double Fraction, int MergesDone, int MergesWanted);

/// <summary>The text that a tokenizer was trained on.</summary>
internal sealed record CorpusSummary(
    string Fingerprint, int Files, int SkippedFiles, long Bytes, long Lines, long TrainingLines, int DistinctWords)
{
    /// <summary>The first 100 skipped files and links.</summary>
    public IReadOnlyList<LeftOutFile> Skipped { get; init; } = [];
}

/// <summary>A skipped file or link of the corpus.</summary>
/// <param name="Path">Path below the corpus folder.</param>
/// <param name="Reason">Why it was skipped.</param>
/// <param name="Position">Offset of the first invalid byte; null for other reasons.</param>
internal sealed record LeftOutFile(string Path, string Reason, long? Position);

/// <summary>How long each phase of a tokenizer's training took, in seconds.</summary>
internal sealed record TrainingDurations(double OpenSeconds, double CountSeconds, double MergeSeconds, double TotalSeconds);

/// <summary>A file of a tokenizer: its size in bytes and its SHA-256.</summary>
internal sealed record TokenizerFile(string Path, long Size, string Sha256);

/// <summary>Why the training of a tokenizer failed.</summary>
internal sealed record TrainingFailure(string Class, ErrorCode Code, string LastError);
