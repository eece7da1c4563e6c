using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Sets tags of a run whose row is locked.</summary>
internal static class TagWriter
{
    /// <returns>Messages about values that were cut, for the run's log. MLflow's server cuts them too.</returns>
    public static async Task<List<string>> SetAsync(
        StoreContext db, Run run, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
        {
            return [];
        }
        var names = tags.Select(tag => tag.Key).Distinct(StringComparer.Ordinal).ToList();
        var known = (await db.Tags.Where(tag => tag.RunId == run.Id && names.Contains(tag.Name)).ToListAsync(cancellationToken))
            .ToDictionary(tag => tag.Name, StringComparer.Ordinal);
        var (cut, added) = (new List<string>(), 0);
        foreach (var (name, value) in tags)
        {
            if (RunTags.AttributeOf(name) is not null)
            {
                RunTags.SetField(run, name, value);
                continue;
            }
            if (value.Length > MlflowLimits.MaxTagCharacters)
            {
                cut.Add($"Tag '{name}' was cut from {value.Length} to {MlflowLimits.MaxTagCharacters} characters.");
            }
            var text = RunTags.Cut(value, MlflowLimits.MaxTagCharacters);
            if (known.TryGetValue(name, out var stored))
            {
                stored.Value = text;
            }
            else
            {
                known[name] = new RunTag { RunId = run.Id, Name = name, Value = text };
                db.Tags.Add(known[name]);
                added++;
            }
        }
        if (added > 0 && await db.Tags.CountAsync(tag => tag.RunId == run.Id, cancellationToken) + added > MlflowLimits.MaxTagsPerRun)
        {
            throw MlflowException.Invalid($"Run {run.Id} would have more than {MlflowLimits.MaxTagsPerRun} tags.");
        }
        return cut;
    }
}
