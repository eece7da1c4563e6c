using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;

namespace Trainyard.RunFormats.Neptune;

/// <summary>A run, collected from its attributes.</summary>
internal sealed class NeptuneRun(string project, string id)
{
    private const int MaxParameters = 10_000;
    private const int MaxNameCharacters = 1024;

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

    public static IEnumerable<SourceEvent> Items(NeptuneRun? run) => run is null ? [] :
    [
        SourceEvent.ByContent("start", new RunStarted
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
        SourceEvent.ByContent("end", new RunStopped
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
                parameters[ParameterName(row.Path)] = Value(row);
                return true;
        }
    }

    private static string ParameterName(string path) =>
        (path.Length > MaxNameCharacters ? path[..MaxNameCharacters] : path).Replace('\0', '\uFFFD');

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
