using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>
/// Tells new requests and events from repeated ones. Keys are checked and remembered in the transaction that stores what they
/// stand for; another replica that holds the same key is waited for, so there is no moment in which both would store it.
/// </summary>
internal static class RequestKeys
{
    private const int MostCharacters = 200;

    /// <summary>
    /// The requests not stored before, in order. Where a sender gave no key, its batch is remembered; once a batch comes again,
    /// each of its requests is, for some may have been stored without the others.
    /// </summary>
    public static async Task<List<ArrivedRequest>> NewAmongAsync(
        StoreContext db, IReadOnlyList<ArrivedRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var named = requests.Select(one => (Arrived: one, Sequence: ClientSequence.Parse(one.Request.Key), Key: KeyOf(one))).ToList();
        var keys = named.Where(one => one.Sequence is null).Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
        var fresh = await db.Bulk.RememberAsync(keys, now, cancellationToken);
        var storedWhole = await StoredWholeAsync(db, requests, cancellationToken);

        var holders = new Dictionary<string, Arrival>(StringComparer.Ordinal);
        var clients = await ClientsAsync(db, named.Select(one => one.Sequence?.Client).OfType<string>(), cancellationToken);
        var admitted = named
            .Where(one => one switch
            {
                { Sequence: { } sequence } => clients[sequence.Client].Add(sequence.Number),
                { Arrived: { Request.Key: null, Arrival.Again: false } } =>
                    fresh.Contains(one.Key) && (holders.TryAdd(one.Key, one.Arrived.Arrival) || holders[one.Key] == one.Arrived.Arrival),
                { Arrived: { Request.Key: null } } => fresh.Remove(one.Key) && !storedWhole.Contains(BatchKey(one.Arrived.Arrival)),
                _ => fresh.Remove(one.Key),
            })
            .Select(one => one.Arrived)
            .ToList();
        foreach (var row in db.Clients.Local)
        {
            row.Sequences = clients[row.Client].ToString();
        }
        return admitted;
    }

    private static string KeyOf(ArrivedRequest one) => one switch
    {
        { Request.Key: { } key } => Bounded("k:", key),
        { Arrival.Again: false } => BatchKey(one.Arrival),
        _ => $"{BatchKey(one.Arrival)}/{one.Index}",
    };

    private static string BatchKey(Arrival arrival) => $"b:{arrival.Batch.BatchId:N}";

    /// <summary>Of the batches that came again, the keys of those that were stored as one.</summary>
    private static async Task<List<string>> StoredWholeAsync(StoreContext db, IReadOnlyList<ArrivedRequest> requests, CancellationToken cancellationToken)
    {
        var again = requests.Select(one => one.Arrival).Distinct().Where(arrival => arrival.Again).Select(BatchKey).ToArray();
        return again.Length == 0 ? [] : await db.Keys.Where(key => again.Contains(key.Key)).Select(key => key.Key).ToListAsync(cancellationToken);
    }

    /// <summary>The events whose sender gave no id, or one not seen within a week.</summary>
    public static async Task<List<SentEvent>> NewAmongAsync(
        StoreContext db, IEnumerable<SentEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var candidates = events.ToList();
        var ids = candidates.Where(one => one.Event.SenderGaveId).Select(one => $"e:{one.Event.EventId:N}").ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0)
        {
            return candidates;
        }
        var fresh = await db.Bulk.RememberAsync(ids, now, cancellationToken);
        return candidates.Where(one => !one.Event.SenderGaveId || fresh.Remove($"e:{one.Event.EventId:N}")).ToList();
    }

    private static async Task<Dictionary<string, SequenceSet>> ClientsAsync(StoreContext db, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var clients = names.Distinct(StringComparer.Ordinal).ToArray();
        if (clients.Length == 0)
        {
            return [];
        }
        await db.Bulk.AddClientsAsync(clients, cancellationToken);
        return await db.LockClients(clients).ToDictionaryAsync(row => row.Client, row => SequenceSet.Parse(row.Sequences), StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>A key as it is stored: itself, or its hash where it is too long for an index.</summary>
    private static string Bounded(string prefix, string key) => key.Length <= MostCharacters && !key.Contains('\0', StringComparison.Ordinal)
        ? prefix + StorableText.Clean(key, MostCharacters)
        : $"{prefix}sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <summary>A key that ends in <c>:</c> and 1 to 18 digits.</summary>
    private sealed record ClientSequence(string Client, long Number)
    {
        public static ClientSequence? Parse(string? key)
        {
            if (key is null)
            {
                return null;
            }
            var colon = key.LastIndexOf(':');
            var digits = key.AsSpan(colon + 1);
            return colon > 0 && digits.Length is > 0 and <= 18 && !digits.ContainsAnyExceptInRange('0', '9')
                ? new(Bounded("", key[..colon]), long.Parse(digits, CultureInfo.InvariantCulture))
                : null;
        }
    }
}
