using Microsoft.EntityFrameworkCore;
using Npgsql;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Sends arrays in one round trip.</summary>
internal sealed class PostgresKeyBulk(StoreContext db) : IKeyBulk
{
    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public async Task<HashSet<string>> RememberAsync(IReadOnlyCollection<RememberedKey> keys, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO remembered_keys (key, run_id, body_hash, stored_at)
            SELECT * FROM unnest(@keys, @runs, @hashes, @times) AS new (key, run_id, body_hash, stored_at) ORDER BY key
            ON CONFLICT DO NOTHING RETURNING key
            """;
        var remembered = new HashSet<string>(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            return remembered;
        }
        await using var command = new NpgsqlCommand(Sql, Connection)
        {
            Parameters =
            {
                new("keys", keys.Select(key => key.Key).ToArray()),
                new("runs", keys.Select(key => key.RunId).ToArray()),
                new("hashes", keys.Select(key => key.BodyHash).ToArray()),
                new("times", keys.Select(key => key.StoredAt).ToArray()),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            remembered.Add(reader.GetString(0));
        }
        return remembered;
    }

    public async Task AddSequencePagesAsync(IReadOnlyDictionary<string, string> pages, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO sequence_pages (key, run_id, body_hashes)
            SELECT key, run_id, @empty FROM unnest(@keys, @runs) AS new (key, run_id) ORDER BY key
            ON CONFLICT DO NOTHING
            """;
        await using var command = new NpgsqlCommand(Sql, Connection)
        {
            Parameters = { new("keys", pages.Keys.ToArray()), new("runs", pages.Values.ToArray()), new("empty", SequencePage.Empty) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
