using System.Collections.Concurrent;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>The server's experiments by their names, which are unique there.</summary>
internal sealed class RemoteExperiments(MlflowServer server)
{
    private readonly ConcurrentDictionary<string, string> ids = new(StringComparer.Ordinal);

    /// <summary>Finds or creates an experiment.</summary>
    public async Task<string> IdOfAsync(string name, CancellationToken cancellationToken)
    {
        if (!ids.TryGetValue(name, out var id))
        {
            id = await FindAsync(name, cancellationToken) ?? await CreateAsync(name, cancellationToken);
            ids[name] = id;
        }
        return id;
    }

    /// <summary>Forgets an id that the server does not know any more.</summary>
    public void Forget(string name) => ids.TryRemove(name, out _);

    private async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = await server.GetAsync($"experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}", cancellationToken);
            return found.GetProperty("experiment").GetProperty("experiment_id").GetString();
        }
        catch (MirrorRefusedException refused) when (refused.Code == MlflowError.ResourceDoesNotExist)
        {
            return null;
        }
    }

    private async Task<string> CreateAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var created = await server.PostAsync("experiments/create", new { name }, cancellationToken);
            return created.GetProperty("experiment_id").GetString() ?? "";
        }
        catch (MirrorRefusedException refused) when (refused.Code == MlflowError.ResourceAlreadyExists)
        {
            // Another program, or an earlier request without an answer, has just created it.
            return await FindAsync(name, cancellationToken)
                ?? throw new MirrorUnavailableException($"it has and has not an experiment '{name}'", refused);
        }
    }
}
