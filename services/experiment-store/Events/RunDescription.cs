using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>The fields about the run that any event may carry.</summary>
internal static class RunDescription
{
    /// <summary>Takes over those that an event carries.</summary>
    public static void Apply(StoreContext db, Run run, List<RunTag> tags, RunEvent reported, DateTimeOffset now)
    {
        run.SpectralNorm = reported.SpectralNorm ?? run.SpectralNorm;
        run.MlflowRunId = StorableText.CleanOrNull(reported.MlflowRunId, 256) ?? run.MlflowRunId;
        run.UpdatedAt = now;
        if (reported.Hyperparams is { } hyperparams && run.Kind is RunKind.External)
        {
            run.Config = hyperparams.GetRawText();
        }
        foreach (var (tag, value) in (reported.Tags ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Where(pair => pair.Key.Length > 0))
        {
            Tag(db, run, tags, StorableText.Clean(tag, TagLimits.MaxName), StorableText.Clean(value, TagLimits.MaxValue));
        }
    }

    private static void Tag(StoreContext db, Run run, List<RunTag> tags, string name, string value)
    {
        if (tags.Find(tag => tag.Name == name) is { } known)
        {
            known.Value = value;
        }
        else if (tags.Count < TagLimits.MaxCount)
        {
            var tag = new RunTag { RunId = run.Id, Name = name, Value = value };
            tags.Add(tag);
            db.Tags.Add(tag);
        }
    }
}
