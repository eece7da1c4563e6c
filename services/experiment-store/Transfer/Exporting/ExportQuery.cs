using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

internal enum ExportFormat
{
    Json,
    Csv,
    Parquet,
    TensorBoard,
}

/// <summary>Which data of a run to export, and the format.</summary>
internal sealed record ExportQuery
{
    private const int MaxKeys = 1000;

    /// <summary><c>json</c> (the default: everything, for import elsewhere), <c>csv</c>, <c>parquet</c> or <c>tensorboard</c>.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>
    /// Names of series, separated by commas (quote a name that has one), or one in each of several parameters; all by default.
    /// </summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "from_step")]
    public long? FromStep { get; init; }

    [FromQuery(Name = "to_step")]
    public long? ToStep { get; init; }

    /// <summary>
    /// <c>clean</c> for the curve without replaced points, <c>all</c> for those of every attempt. The default is <c>all</c> for JSON, else
    /// <c>clean</c>.
    /// </summary>
    [FromQuery(Name = "attempts")]
    public string? Attempts { get; init; }

    /// <summary>Whether to include the run's log in JSON.</summary>
    [FromQuery(Name = "logs")]
    public bool? Logs { get; init; }

    /// <summary>Whether to include images, audio, texts, tables and histograms in JSON and TensorBoard files. Default: true.</summary>
    [FromQuery(Name = "media")]
    public bool? Media { get; init; }

    /// <exception cref="TrainyardException">CONFIG_INVALID with all problems.</exception>
    public ExportSelection Validate()
    {
        var problems = new List<Problem>();
        var format = Format switch
        {
            null or "json" => ExportFormat.Json,
            "csv" => ExportFormat.Csv,
            "parquet" => ExportFormat.Parquet,
            "tensorboard" => ExportFormat.TensorBoard,
            _ => Wrong("format", "must be json, csv, parquet or tensorboard"),
        };
        var names = NameList.Parse(Keys, "keys")?.Select(key => StorableText.Clean(key, 1000)).ToHashSet(StringComparer.Ordinal);
        if (names is { Count: > MaxKeys })
        {
            Wrong("keys", $"must name at most {MaxKeys} series, not {names.Count}");
        }
        if (Attempts is not (null or "clean" or "all"))
        {
            Wrong("attempts", "must be clean or all");
        }
        if (Logs is not null && format is not ExportFormat.Json)
        {
            Wrong("logs", "are only in the format json");
        }
        if (Media is not null && format is not (ExportFormat.Json or ExportFormat.TensorBoard))
        {
            Wrong("media", "are only in the formats json and tensorboard");
        }
        var range = new StepRange(FromStep ?? long.MinValue, ToStep ?? long.MaxValue);
        return problems.Count > 0
            ? throw new TrainyardException(ErrorCode.ConfigInvalid, problems)
            : new(
                format, names, range, Attempts is null ? format is ExportFormat.Json : Attempts == "all", Logs is true,
                Media is not false);

        ExportFormat Wrong(string field, string message)
        {
            problems.Add(new(field, message));
            return default;
        }
    }
}

/// <param name="Format">The format.</param>
/// <param name="Names">Series by name; null for all.</param>
/// <param name="Range">First and last step.</param>
/// <param name="AllAttempts">Whether to include replaced points.</param>
/// <param name="Logs">Whether to include the log.</param>
/// <param name="Media">Whether to include images and other media.</param>
internal sealed record ExportSelection(
    ExportFormat Format, IReadOnlySet<string>? Names, StepRange Range, bool AllAttempts, bool Logs, bool Media);
