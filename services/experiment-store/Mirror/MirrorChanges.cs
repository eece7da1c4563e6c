using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>Notes which runs this process's commits have changed, so that commits never wait for the MLflow server.</summary>
internal sealed class MirrorChanges(IOptions<MirrorOptions> options) : IAfterCommit
{
    private readonly Lock gate = new();
    private HashSet<string> changed = new(StringComparer.Ordinal);

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (!options.Value.IsOn)
        {
            return;
        }
        lock (gate)
        {
            foreach (var message in outgoing)
            {
                switch (message)
                {
                    case WrittenPoints written:
                        changed.UnionWith(written.Series.Select(series => series.RunId));
                        break;
                    case StatusChange status:
                        changed.Add(status.RunId);
                        break;
                }
            }
        }
    }

    public HashSet<string> Take()
    {
        lock (gate)
        {
            var taken = changed;
            changed = new(StringComparer.Ordinal);
            return taken;
        }
    }

    /// <summary>Notes runs again that are not done.</summary>
    public void Return(HashSet<string> unfinished)
    {
        lock (gate)
        {
            changed.UnionWith(unfinished);
        }
    }
}
