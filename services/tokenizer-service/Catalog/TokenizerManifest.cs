using Trainyard.Contracts.Errors;
using Trainyard.Tokenizers;
using Trainyard.TokenizerService.Training;

namespace Trainyard.TokenizerService.Catalog;

/// <summary>Everything there is to know about one tokenizer: its <c>manifest.json</c>, and what the API answers.</summary>
internal sealed record TokenizerManifest
{
    public required string TokenizerId { get; init; }

    public string? Name { get; init; }

    public required TokenizerStatus Status { get; init; }

    /// <summary>One sentence for a person.</summary>
    public required string Message { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the training that counts began; an interrupted one is begun again.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How often training was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Only in answers, and only while it trains.</summary>
    public TrainingProgress? Progress { get; init; }

    public required TokenizerConfig Config { get; init; }

    /// <summary>Tokens it has; fewer than asked for when the corpus has no more pairs to merge.</summary>
    public int? VocabSize { get; init; }

    public TokenizerStatistics? Statistics { get; init; }

    public CorpusSummary? Corpus { get; init; }

    public TrainingDurations? Durations { get; init; }

    public TrainingEnvironment? Environment { get; init; }

    public IReadOnlyList<TokenizerFile> Artifacts { get; init; } = [];

    public TrainingFailure? Failure { get; init; }
}

internal sealed record TrainingProgress(string Phase, double Fraction, int MergesDone, int MergesWanted);

internal sealed record CorpusSummary(string Fingerprint, int Files, int SkippedFiles, long Bytes, long Lines, long TrainingLines, int DistinctWords)
{
    /// <summary>The first hundred of the files and links that were left out.</summary>
    public IReadOnlyList<LeftOutFile> Skipped { get; init; } = [];
}

/// <summary>A file or link of the corpus that was not read.</summary>
/// <param name="Path">Below the corpus folder.</param>
/// <param name="Reason">Why.</param>
/// <param name="Position">The first byte that is in the way, from 0; null where it is no byte.</param>
internal sealed record LeftOutFile(string Path, string Reason, long? Position);

internal sealed record TrainingDurations(double OpenSeconds, double CountSeconds, double MergeSeconds, double TotalSeconds);

internal sealed record TokenizerFile(string Path, long Size, string Sha256);

internal sealed record TrainingFailure(string Class, ErrorCode Code, string LastError);
