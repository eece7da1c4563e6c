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
/// The output of neptune-exporter: Parquet files with a row per value. The rows of a run are adjacent and may span several files.
/// Configuration becomes hyperparameters, numeric series become metrics, and text series become the log.
/// </summary>
/// <param name="files">The Parquet files.</param>
/// <param name="stepMultiplier">Makes steps whole: Neptune's have six decimals.</param>
internal sealed class NeptuneSource(IReadOnlyList<string> files, int stepMultiplier) : ImportSource
{
    private const int MaxParameters = 10_000;

    private NeptuneRun? run;

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
                    foreach (var item in NeptuneRun.Items(run))
                    {
                        yield return item;
                    }
                    run = new(row.Project, row.Run);
                }
                if (Translate(run, row) is { } runEvent)
                {
                    yield return new($"file:{Path.GetFileName(file)}", number, runEvent);
                }
                number++;
            }
            BytesRead += new FileInfo(file).Length;
        }
        foreach (var item in NeptuneRun.Items(run))
        {
            yield return item;
        }
    }

    private RunEvent? Translate(NeptuneRun current, NeptuneRow row)
    {
        switch (row.Type)
        {
            case "float_series" when row is { Number: { } value, Step: { } step }:
                var time = row.Time ?? current.Started;
                current.Last = time > current.Last ? time : current.Last;
                return new MetricsLogged
                {
                    EventId = Guid.Empty,
                    RunId = current.RunId,
                    Time = time,
                    Step = Whole(step, row.Path),
                    Measurements = new Dictionary<string, double>(1, StringComparer.Ordinal) { [row.Path] = value },
                };
            case "string_series" when row.Text is { } line:
                return new LogWritten
                {
                    EventId = Guid.Empty,
                    RunId = current.RunId,
                    Time = row.Time ?? current.Started,
                    Level = "info",
                    Message = $"{row.Path}: {line}",
                };
            case "float" or "int" or "string" or "bool" or "datetime" or "string_set":
                if (!current.Take(row))
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
                $"Series '{path}' has a step {step}, but steps must be whole numbers. Set a step_multiplier, such as 1000."));
    }

    /// <summary>A run, collected from its attributes.</summary>
    private sealed class NeptuneRun(string project, string id)
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

        public static IEnumerable<ImportItem> Items(NeptuneRun? run) => run is null ? [] :
        [
            ImportItem.ByContent("start", new RunStarted
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
            ImportItem.ByContent("end", new RunStopped
            {
                EventId = Guid.Empty,
                RunId = run.RunId,
                Time = run.Last > run.Started ? run.Last : run.Started,
                Status = run.failed ? RunStatus.Failed : RunStatus.Completed,
            }),
        ];

        /// <returns>False if the attribute is not supported.</returns>
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

        private static string Slug(string text, int maxCharacters)
        {
            var slug = new StringBuilder();
            foreach (var letter in text.AsSpan(0, Math.Min(text.Length, maxCharacters)))
            {
                slug.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-');
            }
            return slug.ToString();
        }

        private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }
}
