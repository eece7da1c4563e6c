using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>The values runs are grouped and compared by.</summary>
internal sealed record ComparedRun(
    string Id, string Name, RunStatus Status, RunKind Kind, string? Source, bool? SpectralNorm,
    IReadOnlyDictionary<string, JsonElement> Hyperparameters, IReadOnlyDictionary<string, string> Tags)
{
    public const int MaxRuns = 10_000;

    /// <summary>A hyperparameter or an attribute of the run; Undefined if it has neither.</summary>
    public JsonElement this[string name] => name switch
    {
        "spectral_norm" when SpectralNorm is { } on => Json(on),
        "status" => Json(Status),
        "kind" => Json(Kind),
        "source" when Source is not null => Json(Source),
        "name" => Json(Name),
        _ when name.StartsWith("tags.", StringComparison.Ordinal) => Tags.TryGetValue(name[5..], out var tag) ? Json(tag) : default,
        _ when name.StartsWith("params.", StringComparison.Ordinal) => Parameter(name[7..]),
        _ => Parameter(name),
    };

    /// <summary>A hyperparameter. In backquotes, a key with dots takes precedence over nested keys, as in a filter.</summary>
    private JsonElement Parameter(string name) => Hyperparameters.TryGetValue(name, out var value) ? value
        : name is ['`', .. var literal, '`'] ? Hyperparameters.GetValueOrDefault(literal)
        : default;

    /// <summary>The newest runs of an experiment. Configs may be large, so they are parsed one at a time.</summary>
    public static async Task<List<ComparedRun>> ReadAsync(
        StoreContext db, string experimentId, bool withTags, CancellationToken cancellationToken)
    {
        var tags = withTags
            ? (await (from tag in db.Tags join run in db.Runs on tag.RunId equals run.Id where run.ExperimentId == experimentId select tag)
                .ToListAsync(cancellationToken)).ToLookup(tag => tag.RunId)
            : null;
        var rows = db.Runs
            .Where(run => run.ExperimentId == experimentId && run.DeletedAt == null)
            .OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id)
            .Take(MaxRuns)
            .Select(run => new { run.Id, run.Name, run.Status, run.Kind, run.Source, run.SpectralNorm, run.Config })
            .AsAsyncEnumerable();
        var found = new List<ComparedRun>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            found.Add(new(row.Id, row.Name, row.Status, row.Kind, row.Source, row.SpectralNorm, Compare.Hyperparameters.Of(row.Config),
                tags?[row.Id].ToDictionary(tag => tag.Name, tag => tag.Value, StringComparer.Ordinal) ?? []));
        }
        return found;
    }

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, WireJson.Options);
}
