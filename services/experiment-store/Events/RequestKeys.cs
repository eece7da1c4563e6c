using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>What a request's key says about it.</summary>
internal enum KeyVerdict
{
    New,
    Repeated,

    /// <summary>Another body was stored under it, and its sender can still be told.</summary>
    Reused,
}

/// <summary>
/// Tells new requests and events from repeated ones. Keys are checked and remembered in the transaction that stores what they
/// stand for; another replica that holds the same key is waited for, so there is no moment in which both would store it.
/// </summary>
internal static class RequestKeys
{
    private const int HashBytes = 16;

    /// <summary>
    /// A verdict for each request, in order. Where a sender gave no key, its batch is remembered; once a batch comes again,
    /// each of its requests is, for some may have been stored without the others.
    /// <para>
    /// Another body under a known key is refused while the sender waits for the answer. Otherwise it was accepted already, and dropping it
    /// would break that promise: it counts as a request of its own.
    /// </para>
    /// </summary>
    public static async Task<KeyVerdict[]> JudgeAsync(
        StoreContext db, IReadOnlyList<ArrivedRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var named = requests.Select(NamedRequest.Of).ToList();
        var rows = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        foreach (var one in named.Where(one => one.Number is null))
        {
            rows.TryAdd(one.Key, one.Row(one.Key, now));
        }
        var fresh = await db.KeyBulk().RememberAsync(rows.Values, cancellationToken);
        var storedWhole = await StoredWholeAsync(db, requests, cancellationToken);
        var hashes = await HashesAsync(db, named, rows, fresh, cancellationToken);
        var pages = await PagesAsync(db, named, cancellationToken);

        var holders = new Dictionary<string, BatchDelivery>(StringComparer.Ordinal);
        var verdicts = named.ConvertAll(one => one switch
        {
            { Number: { } number } => Compare(one, pages[one.Key].GetOrAdd(number, one.BodyHash), SequencePage.StoredAs(one.BodyHash)),
            { Arrived: { Request.Key: null, Delivery.Again: false } } =>
                New(fresh.Contains(one.Key) && (holders.TryAdd(one.Key, one.Arrived.Delivery) || holders[one.Key] == one.Arrived.Delivery)),
            { Arrived: { Request.Key: null } } => New(fresh.Remove(one.Key) && !storedWhole.Contains(BatchKey(one.Arrived.Delivery))),
            _ => Compare(one, fresh.Remove(one.Key) ? null : hashes.GetValueOrDefault(one.Key, one.BodyHash), one.BodyHash),
        });
        await AcceptLateAsync(db, named, verdicts, now, cancellationToken);
        return [.. verdicts];
    }

    /// <summary>Which events were sent before: those whose sender gave them an id that its run has seen within a week.</summary>
    public static async Task<(List<SentEvent> New, List<SentEvent> Repeated)> JudgeAsync(
        StoreContext db, List<SentEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!events.Exists(one => one.Event.SenderGaveId))
        {
            return (events, []);
        }
        var rows = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        var keys = events.ConvertAll(one =>
            one is { Event.SenderGaveId: true, From.Request: { } request } ? EventKey(request, one.Event) : null);
        for (var index = 0; index < keys.Count; index++)
        {
            if (keys[index] is { } key)
            {
                rows.TryAdd(key, new RememberedKey { Key = key, RunId = events[index].Event.RunId, BodyHash = 0, StoredAt = now });
            }
        }
        var fresh = await db.KeyBulk().RememberAsync(rows.Values, cancellationToken);
        var judged = events
            .Select((one, index) => (Event: one, IsNew: keys[index] is not { } key || fresh.Remove(key)))
            .ToLookup(one => one.IsNew, one => one.Event);
        return ([.. judged[true]], [.. judged[false]]);
    }

    /// <summary>Forgets some of a run's keys.</summary>
    /// <returns>How many; 0 when there are none.</returns>
    public static async Task<int> ForgetSomeAsync(StoreContext db, string runId, int most, CancellationToken cancellationToken) =>
        await db.Keys.Where(row => db.Set<RememberedKey>().Where(one => one.RunId == runId).Select(one => one.Key).Take(most).Contains(row.Key))
            .ExecuteDeleteAsync(cancellationToken)
        + await db.SequencePages.Where(row => db.Set<SequencePage>().Where(one => one.RunId == runId).Select(one => one.Key).Take(most).Contains(row.Key))
            .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Forgets, within a transaction, what is left of a run's keys.</summary>
    public static async Task ForgetAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        await db.Keys.Where(row => row.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.SequencePages.Where(row => row.RunId == runId).ExecuteDeleteAsync(cancellationToken);
    }

    private static KeyVerdict New(bool isNew) => isNew ? KeyVerdict.New : KeyVerdict.Repeated;

    /// <param name="one">The request.</param>
    /// <param name="known">The hash stored under its key; null when there was none.</param>
    /// <param name="hash">The request's own.</param>
    private static KeyVerdict Compare(NamedRequest one, long? known, long hash) =>
        known is null ? KeyVerdict.New : known == hash || one.Arrived.Request.BodyHash is null ? KeyVerdict.Repeated : KeyVerdict.Reused;

    /// <summary>Gives requests whose key was used before, and whose sender has been told 202, a key that holds their body too.</summary>
    private static async Task AcceptLateAsync(
        StoreContext db, List<NamedRequest> named, List<KeyVerdict> verdicts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var late = Enumerable.Range(0, named.Count)
            .Where(index => verdicts[index] is KeyVerdict.Reused && !named[index].Arrived.Delivery.Answered)
            .ToList();
        if (late.Count == 0)
        {
            return;
        }
        var rows = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        late.ForEach(index => rows.TryAdd(named[index].KeyWithBody, named[index].Row(named[index].KeyWithBody, now)));
        var fresh = await db.KeyBulk().RememberAsync(rows.Values, cancellationToken);
        late.ForEach(index => verdicts[index] = New(fresh.Remove(named[index].KeyWithBody)));
    }

    /// <summary>The hashes under the keys that were known before, or that come more than once in this transaction.</summary>
    private static async Task<Dictionary<string, long>> HashesAsync(
        StoreContext db, List<NamedRequest> named, Dictionary<string, RememberedKey> rows, HashSet<string> fresh,
        CancellationToken cancellationToken)
    {
        var known = named
            .Where(one => one.Number is null && one.Arrived.Request.Key is not null && !fresh.Contains(one.Key))
            .Select(one => one.Key)
            .ToArray();
        var hashes = known.Length == 0
            ? new Dictionary<string, long>(StringComparer.Ordinal)
            : await db.Keys.AsNoTracking().Where(row => known.Contains(row.Key))
                .ToDictionaryAsync(row => row.Key, row => row.BodyHash, StringComparer.Ordinal, cancellationToken);
        foreach (var key in fresh)
        {
            hashes[key] = rows[key].BodyHash;
        }
        return hashes;
    }

    /// <summary>Of the batches that came again, the keys of those that were stored as one.</summary>
    private static async Task<List<string>> StoredWholeAsync(StoreContext db, IReadOnlyList<ArrivedRequest> requests, CancellationToken cancellationToken)
    {
        var again = requests.Select(one => one.Delivery).Distinct().Where(delivery => delivery.Again).Select(BatchKey).ToArray();
        return again.Length == 0 ? [] : await db.Keys.Where(key => again.Contains(key.Key)).Select(key => key.Key).ToListAsync(cancellationToken);
    }

    private static async Task<Dictionary<string, SequencePage>> PagesAsync(
        StoreContext db, List<NamedRequest> named, CancellationToken cancellationToken)
    {
        var runs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in named.Where(one => one.Number is not null))
        {
            runs.TryAdd(one.Key, one.RunId);
        }
        if (runs.Count == 0)
        {
            return [];
        }
        await db.KeyBulk().AddSequencePagesAsync(runs, cancellationToken);
        return await db.LockSequencePages([.. runs.Keys]).ToDictionaryAsync(page => page.Key, StringComparer.Ordinal, cancellationToken);
    }

    private static string BatchKey(BatchDelivery delivery) => $"b:{delivery.Batch.BatchId:N}";

    private static string EventKey(AcceptedRequest request, RunEvent one) => $"e:{Hash($"{Scope(request)}\n{one.RunId}\n{one.EventId:N}")}";

    /// <summary>Within what a request's key counts. What our workers send can't be met by any key from outside.</summary>
    private static string Scope(AcceptedRequest request) =>
        request.Sender is { Worker: not null } ? "worker" : $"outside\n{request.Sender?.Namespace}\n{request.Address}";

    /// <summary>As short as an index likes it, whatever the key holds.</summary>
    private static string Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // As UTF-16: half a surrogate pair, which UTF-8 can't hold, is part of the key too.
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return Convert.ToBase64String(hash[..HashBytes]);
    }

    /// <param name="Arrived">The request.</param>
    /// <param name="Key">The key of its row.</param>
    /// <param name="Number">Its number in that row, when it is the page of a client that counts.</param>
    /// <param name="RunId">The only run its events belong to; empty when there are several.</param>
    private sealed record NamedRequest(ArrivedRequest Arrived, string Key, long? Number, string RunId)
    {
        public long BodyHash => Arrived.Request.BodyHash ?? 0;

        public string KeyWithBody => $"{Prefix}{Hash($"{Scoped(Arrived.Request)}\n{RunId}\n{BodyHash}")}";

        private static string Prefix => "k:";

        public static NamedRequest Of(ArrivedRequest arrived)
        {
            var request = arrived.Request;
            if (request.Key is null)
            {
                var batch = BatchKey(arrived.Delivery);
                return new(arrived, arrived.Delivery.Again ? $"{batch}/{arrived.Index}" : batch, null, "");
            }
            var runId = RunOf(request);
            if (ClientSequence.Parse(request.Key) is not var (client, number))
            {
                return new(arrived, $"{Prefix}{Hash(Scoped(request))}", null, runId);
            }
            var pages = Hash($"{Scoped(request, client)}\n{runId}");
            return new(arrived, $"{pages}:{number / SequencePage.Length}", number, runId);
        }

        public RememberedKey Row(string key, DateTimeOffset now) => new() { Key = key, RunId = RunId, BodyHash = BodyHash, StoredAt = now };

        private static string Scoped(AcceptedRequest request, string? key = null) => $"{Scope(request)}\n{key ?? request.Key}";

        private static string RunOf(AcceptedRequest request)
        {
            var first = request.Events.Count > 0 ? request.Events[0].RunId : "";
            return Identifier.IsValid(first) && request.Events.All(one => one.RunId == first) ? first : "";
        }
    }

    /// <summary>A key that ends in <c>:</c> and 1 to 18 digits.</summary>
    private sealed record ClientSequence(string Client, long Number)
    {
        public static ClientSequence? Parse(string key)
        {
            var colon = key.LastIndexOf(':');
            var digits = key.AsSpan(colon + 1);
            return colon > 0 && digits.Length is > 0 and <= 18 && !digits.ContainsAnyExceptInRange('0', '9')
                ? new(key[..colon], long.Parse(digits, CultureInfo.InvariantCulture))
                : null;
        }
    }
}
