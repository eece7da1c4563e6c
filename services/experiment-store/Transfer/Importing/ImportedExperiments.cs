using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFormats;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Finds or creates the experiments of a source.</summary>
/// <param name="database">The database.</param>
/// <param name="byName">Whether ids are the source's own, so that an experiment is the one of the same name.</param>
internal sealed class ImportedExperiments(Database database, bool byName)
{
    private const long SmallestId = 100_000_000_000_000_000;

    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);

    /// <summary>The id in Trainyard of an experiment of the source.</summary>
    public string? IdOf(string? id) => id is null ? null : ids.GetValueOrDefault(id, id);

    /// <summary>Creates the experiment if it does not exist yet.</summary>
    public async Task AddAsync(SourceExperiment experiment, CancellationToken cancellationToken) =>
        ids[experiment.Id] = await database.WriteAsync(async (db, token) =>
        {
            var name = StorableText.Clean(experiment.Name, 256);
            var id = byName ? await FindAsync(db, experiment.Id, name, token) : experiment.Id;
            if (!await db.Experiments.AnyAsync(row => row.Id == id, token))
            {
                db.Experiments.Add(new()
                {
                    Id = id,
                    Name = name,
                    Description = StorableText.CleanOrNull(experiment.Description, 65_536),
                    SearchSpace = experiment.SearchSpace,
                    Tags = experiment.Tags is { } tags ? JsonSerializer.Serialize(Clean(tags), WireJson.Options) : null,
                    CreatedAt = experiment.CreatedAt,
                });
            }
            return id;
        }, cancellationToken);

    /// <summary>
    /// The source's id where it is free or of the same experiment; otherwise the experiment of the same name; otherwise an id that is
    /// derived from both, so that the next import finds it again.
    /// </summary>
    private static async Task<string> FindAsync(StoreContext db, string id, string name, CancellationToken cancellationToken)
    {
        await db.ReserveAsync("experiment", [id], cancellationToken);
        await db.ReserveAsync("experiment name", [name], cancellationToken);
        var holder = id == DefaultExperiment.Id ? DefaultExperiment.Name
            : await db.Experiments.Where(row => row.Id == id).Select(row => row.Name).SingleOrDefaultAsync(cancellationToken);
        if (holder == name)
        {
            return id;
        }
        var named = await db.IdOfNameAsync(name, cancellationToken);
        return named ?? (holder is null ? id : Derived(id, name));
    }

    /// <summary>An id of digits, as MLflow's are: some programs parse them.</summary>
    private static string Derived(string id, string name)
    {
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}\n{name}")));
        return (SmallestId + (long)(hash % (9 * SmallestId))).ToString(CultureInfo.InvariantCulture);
    }

    private static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string> tags) => tags.ToDictionary(
        tag => StorableText.Clean(tag.Key, 250), tag => StorableText.Clean(tag.Value, 5000), StringComparer.Ordinal);
}
