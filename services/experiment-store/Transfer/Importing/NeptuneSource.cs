using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>
/// What neptune-exporter leaves: Parquet files with a row per value, those of a run next to each other, a run's in one or several parts.
/// Configuration becomes hyperparameters, series become series, text series the log.
/// </summary>
/// <param name="files">Its Parquet files.</param>
/// <param name="stepMultiplier">Neptune's steps have six decimals, ours none.</param>
internal sealed class NeptuneSource(IReadOnlyList<string> files, int stepMultiplier) : ImportSource
{
    private const int MaxParameters = 10_000;

    private Described? run;

    public override async IAsyncEnumerable<ImportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BytesTotal = files.Sum(file => new FileInfo(file).Length);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var number = 0L;
            await foreach (var row in NeptuneRows.ReadAsync(file, cancellationToken))
            {
                if (run?.Project != row.Project || run.Id != row.Run)
                {
                    foreach (var item in Described.Items(run))
                    {
                        yield return item;
                    }
                    run = new(row.Project, row.Run);
                }
                if (Translate(run, row) is { } one)
                {
                    yield return new($"file:{Path.GetFileName(file)}", number, one);
                }
                number++;
            }
            BytesRead += new FileInfo(file).Length;
        }
        foreach (var item in Described.Items(run))
        {
            yield return item;
        }
    }

    private RunEvent? Translate(Described described, NeptuneRow row)
    {
        switch (row.Type)
        {
            case "float_series" when row is { Number: { } value, Step: { } step }:
                var time = row.Time ?? described.Started;
                described.Last = time > described.Last ? time : described.Last;
                return new MetricsLogged
                {
                    EventId = Guid.Empty,
                    RunId = described.RunId,
                    Time = time,
                    Step = Whole(step, row.Path),
                    Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [row.Path] = value },
                };
            case "string_series" when row.Text is { } line:
                return new LogWritten { EventId = Guid.Empty, RunId = described.RunId, Time = row.Time ?? described.Started, Level = "info", Message = $"{row.Path}: {line}" };
            case "float" or "int" or "string" or "bool" or "datetime" or "string_set":
                if (!described.Take(row))
                {
                    Ignore($"attributes of the type '{row.Type}'");
                }
                return null;
            default:
                Ignore($"attributes of the type '{row.Type}'");
                return null;
        }
    }

    private long Whole(decimal step, string path)
    {
        var multiplied = step * stepMultiplier;
        return decimal.IsInteger(multiplied)
            ? (long)multiplied
            : throw new TrainyardException(ErrorCode.EventInvalid, FormattableString.Invariant(
                $"Series '{path}' has a step {step}, and steps are whole here. Import with a step_multiplier, such as 1000, that makes every step whole."));
    }

    /// <summary>What a run's attributes say about it as a whole.</summary>
    private sealed class Described(string project, string id)
    {
        private readonly SortedDictionary<string, object?> parameters = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> tags = new(StringComparer.Ordinal);
        private string? name;
        private string? notes;
        private bool failed;

        public string Project => project;

        public string Id => id;

        public string RunId { get; } = $"neptune-{Slug(id, 60)}-{Hash($"{project}\n{id}")}";

        public DateTimeOffset Started { get; private set; } = DateTimeOffset.UnixEpoch;

        public DateTimeOffset Last { get; set; } = DateTimeOffset.UnixEpoch;

        public static IEnumerable<ImportItem> Items(Described? run) => run is null ? [] :
        [
            ImportItem.Saying("start", new RunStarted
            {
                EventId = Guid.Empty,
                RunId = run.RunId,
                ExperimentId = $"neptune-{Slug(run.Project, 100)}",
                Time = run.Started,
                Source = "neptune",
                Name = run.name ?? run.Id,
                Notes = run.notes,
                Tags = run.tags,
                Hyperparams = run.parameters.Count > 0 ? JsonSerializer.SerializeToElement(run.parameters) : null,
            }),
            ImportItem.Saying("end", new RunStopped
            {
                EventId = Guid.Empty,
                RunId = run.RunId,
                Time = run.Last > run.Started ? run.Last : run.Started,
                Status = run.failed ? RunStatus.Failed : RunStatus.Completed,
            }),
        ];

        /// <returns>False when there is no place for it.</returns>
        public bool Take(NeptuneRow row)
        {
            switch (row.Path)
            {
                case "sys/name":
                    name = row.Text;
                    return true;
                case "sys/description":
                    notes = row.Text;
                    return true;
                case "sys/failed":
                    failed = row.Flag is true;
                    return true;
                case "sys/creation_time":
                    Started = row.Date ?? Started;
                    return true;
                case "sys/modification_time":
                    Last = row.Date > Last ? row.Date.Value : Last;
                    return true;
                case "sys/tags" or "sys/group_tags":
                    foreach (var tag in row.Texts.Where(tag => tag.Length > 0))
                    {
                        tags[tag] = "";
                    }
                    return true;
                case { } path when path.StartsWith("sys/", StringComparison.Ordinal) || parameters.Count >= MaxParameters:
                    return false;
                default:
                    parameters[StorableText.Clean(row.Path, 1024)] = Value(row);
                    return true;
            }
        }

        private static object? Value(NeptuneRow row) => row.Type switch
        {
            "float" => row.Number is { } number && double.IsFinite(number) ? number : row.Number?.ToString(CultureInfo.InvariantCulture),
            "int" => row.Integer,
            "bool" => row.Flag,
            "datetime" => row.Date?.UtcDateTime,
            "string_set" => row.Texts,
            _ => row.Text,
        };

        private static string Slug(string text, int most)
        {
            var slug = new StringBuilder();
            foreach (var one in text.AsSpan(0, Math.Min(text.Length, most)))
            {
                slug.Append(char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' ? one : '-');
            }
            return slug.ToString();
        }

        private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }
}
