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

/// <summary>What of a run is to be exported, and as what.</summary>
internal sealed record ExportQuery
{
    private const int MaxKeys = 1000;

    /// <summary><c>json</c> (all there is, to be imported elsewhere), <c>csv</c>, <c>parquet</c> or <c>tensorboard</c>; JSON when left out.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>
    /// Names of series, separated by commas (one with a comma in quotes), or one in each of several parameters; all when left out.
    /// </summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "from_step")]
    public long? FromStep { get; init; }

    [FromQuery(Name = "to_step")]
    public long? ToStep { get; init; }

    /// <summary><c>clean</c> for the curve without replaced points, <c>all</c> for every attempt's; JSON has all when left out, the others the clean curve.</summary>
    [FromQuery(Name = "attempts")]
    public string? Attempts { get; init; }

    /// <summary>Whether JSON holds the run's log as well.</summary>
    [FromQuery(Name = "logs")]
    public bool? Logs { get; init; }

    /// <exception cref="TrainyardException">CONFIG_INVALID with everything that is wrong.</exception>
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
            Wrong("logs", "are part of format json only");
        }
        var range = new StepRange(FromStep ?? long.MinValue, ToStep ?? long.MaxValue);
        return problems.Count > 0
            ? throw new TrainyardException(ErrorCode.ConfigInvalid, problems)
            : new(format, names, range, Attempts is null ? format is ExportFormat.Json : Attempts == "all", Logs is true);

        ExportFormat Wrong(string field, string message)
        {
            problems.Add(new(field, message));
            return default;
        }
    }
}

/// <param name="Format">As what.</param>
/// <param name="Names">Series by name; null for all.</param>
/// <param name="Range">First and last step.</param>
/// <param name="AllAttempts">Whether replaced points are wanted too.</param>
/// <param name="Logs">Whether the log is wanted too.</param>
internal sealed record ExportSelection(ExportFormat Format, IReadOnlySet<string>? Names, StepRange Range, bool AllAttempts, bool Logs);
