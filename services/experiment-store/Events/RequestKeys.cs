using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Result of checking a request's key.</summary>
internal enum KeyVerdict
{
    New,
    Repeated,

    /// <summary>Another body is stored under the key, and the sender still waits for an answer.</summary>
    Reused,
}

/// <summary>
/// Detects repeated requests and events. Keys are checked and inserted in the transaction that stores their data. A replica waits for
/// another one that inserts the same key, so data can't be stored twice.
/// </summary>
internal static class RequestKeys
{
    private const int HashBytes = 16;

    /// <summary>
    /// Returns a verdict for each request, in order. Requests without a key share the key of their batch. After a redelivery each gets its
    /// own, since some may have been stored without the others.
    /// <para>
    /// Another body under a known key is refused if the sender still waits. Otherwise the request was already accepted with a 202, so it is
    /// stored as a separate request.
    /// </para>
    /// </summary>
    public static async Task<KeyVerdict[]> JudgeAsync(
        StoreContext db, IReadOnlyList<ArrivedRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var named = requests.Select(NamedRequest.Of).ToList();
        var rows = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        foreach (var request in named.Where(request => request.Number is null))
        {
            rows.TryAdd(request.Key, request.Row(request.Key, now));
        }
        var fresh = await db.KeyBulk().RememberAsync(rows.Values, cancellationToken);
        var storedWhole = await StoredWholeAsync(db, requests, cancellationToken);
        var hashes = await HashesAsync(db, named, rows, fresh, cancellationToken);
        var pages = await PagesAsync(db, named, cancellationToken);

        var holders = new Dictionary<string, BatchDelivery>(StringComparer.Ordinal);
        var verdicts = named.ConvertAll(request => request switch
        {
            { Number: { } number } => JudgeNumber(request, number, pages),
            { Arrived: { Request.Key: null, Delivery: { Redelivered: false } delivery } } =>
                New(fresh.Contains(request.Key) && (holders.TryAdd(request.Key, delivery) || holders[request.Key] == delivery)),
            { Arrived: { Request.Key: null } } =>
                New(fresh.Remove(request.Key) && !storedWhole.Contains(BatchKey(request.Arrived.Delivery))),
            _ => Compare(
                request, fresh.Remove(request.Key) ? null : hashes.GetValueOrDefault(request.Key, request.BodyHash), request.BodyHash),
        });
        await AcceptLateAsync(db, named, verdicts, now, cancellationToken);
        return [.. verdicts];
    }

    /// <summary>
    /// Splits events into new and repeated ones. Repeated are those whose sender-given id the run has seen within a week.
    /// </summary>
    public static async Task<(List<SentEvent> New, List<SentEvent> Repeated)> JudgeAsync(
        StoreContext db, List<SentEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!events.Exists(sent => sent.Event.SenderGaveId))
        {
            return (events, []);
        }
        var rows = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        var keys = events.ConvertAll(sent =>
            sent is { Event.SenderGaveId: true, From.Request: { } request } ? EventKey(request, sent.Event) : null);
        for (var index = 0; index < keys.Count; index++)
        {
            if (keys[index] is { } key)
            {
                rows.TryAdd(key, new RememberedKey { Key = key, RunId = events[index].Event.RunId, BodyHash = 0, StoredAt = now });
            }
        }
        var fresh = await db.KeyBulk().RememberAsync(rows.Values, cancellationToken);
        var judged = events
            .Select((sent, index) => (Event: sent, IsNew: keys[index] is not { } key || fresh.Remove(key)))
            .ToLookup(verdict => verdict.IsNew, verdict => verdict.Event);
        return ([.. judged[true]], [.. judged[false]]);
    }

    /// <summary>Deletes a chunk of a run's keys.</summary>
    /// <returns>The number of deleted keys; 0 if there are none.</returns>
    public static async Task<int> ForgetSomeAsync(StoreContext db, string runId, int limit, CancellationToken cancellationToken)
    {
        var keys = db.Keys.Where(key => key.RunId == runId).OrderBy(key => key.RunId).Select(key => key.Key).Take(limit);
        var pages = db.SequencePages.Where(page => page.RunId == runId).OrderBy(page => page.RunId).Select(page => page.Key).Take(limit);
        return await db.Keys.Where(row => keys.Contains(row.Key)).ExecuteDeleteAsync(cancellationToken)
            + await db.SequencePages.Where(row => pages.Contains(row.Key)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Deletes the rest of a run's keys within the caller's transaction.</summary>
    public static async Task ForgetAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        await db.Keys.Where(row => row.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.SequencePages.Where(row => row.RunId == runId).ExecuteDeleteAsync(cancellationToken);
    }

    private static KeyVerdict New(bool isNew) => isNew ? KeyVerdict.New : KeyVerdict.Repeated;

    /// <summary>Compares the hash stored under a request's key, if there is one, with the request's own.</summary>
    private static KeyVerdict Compare(NamedRequest request, long? known, long hash) =>
        known is null ? KeyVerdict.New
        : known == hash || request.Arrived.Request.BodyHash is null ? KeyVerdict.Repeated
        : KeyVerdict.Reused;

    /// <summary>
    /// Looks up a number in the pages of all runs of a request, and stores it if it is in none of them. A body that one of them knows was
    /// stored as a whole: another run may have been deleted since, and have used the number again.
    /// </summary>
    private static KeyVerdict JudgeNumber(NamedRequest request, long number, Dictionary<string, SequencePage> pages)
    {
        var hash = SequencePage.StoredAs(request.BodyHash);
        var known = request.Pages.Keys.Select(key => pages[key].Find(number)).OfType<long>().ToList();
        if (known is [var other, ..])
        {
            return Compare(request, known.Contains(hash) ? hash : other, hash);
        }
        foreach (var key in request.Pages.Keys)
        {
            pages[key].Add(number, request.BodyHash);
        }
        return KeyVerdict.New;
    }

    /// <summary>Stores requests that reuse a key, but already got a 202, under a key that includes their body.</summary>
    private static async Task AcceptLateAsync(
        StoreContext db, List<NamedRequest> named, List<KeyVerdict> verdicts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var late = Enumerable.Range(0, named.Count)
            .Where(index => verdicts[index] is KeyVerdict.Reused && !named[index].Arrived.Delivery.SenderWaits)
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

    /// <summary>The stored hashes of known keys, and of keys that occur several times in this transaction.</summary>
    private static async Task<Dictionary<string, long>> HashesAsync(
        StoreContext db, List<NamedRequest> named, Dictionary<string, RememberedKey> rows, HashSet<string> fresh,
        CancellationToken cancellationToken)
    {
        var known = named
            .Where(request => request.Number is null && request.Arrived.Request.Key is not null && !fresh.Contains(request.Key))
            .Select(request => request.Key)
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

    /// <summary>Keys of redelivered batches that were stored as a whole.</summary>
    private static async Task<List<string>> StoredWholeAsync(
        StoreContext db, IReadOnlyList<ArrivedRequest> requests, CancellationToken cancellationToken)
    {
        var redelivered = requests.Select(request => request.Delivery).Distinct()
            .Where(delivery => delivery.Redelivered).Select(BatchKey).ToArray();
        return redelivered.Length == 0
            ? []
            : await db.Keys.Where(key => redelivered.Contains(key.Key)).Select(key => key.Key).ToListAsync(cancellationToken);
    }

    private static async Task<Dictionary<string, SequencePage>> PagesAsync(
        StoreContext db, List<NamedRequest> named, CancellationToken cancellationToken)
    {
        var runs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, runId) in named.SelectMany(request => request.Pages))
        {
            runs.TryAdd(key, runId);
        }
        if (runs.Count == 0)
        {
            return [];
        }
        await db.KeyBulk().AddSequencePagesAsync(runs, cancellationToken);
        return await db.LockSequencePages([.. runs.Keys]).ToDictionaryAsync(page => page.Key, StringComparer.Ordinal, cancellationToken);
    }

    private static string BatchKey(BatchDelivery delivery) => $"b:{delivery.Batch.BatchId:N}";

    private static string EventKey(AcceptedRequest request, RunEvent reported) =>
        $"e:{Hash($"{Scope(request)}\n{reported.RunId}\n{reported.EventId:N}")}";

    /// <summary>The namespace of a request's key. Keys of workers and of external senders can't collide.</summary>
    private static string Scope(AcceptedRequest request) =>
        request.Sender is { Worker: not null } ? "worker" : $"outside\n{request.Sender?.Namespace}\n{request.Address}";

    /// <summary>Shortens a key for the index.</summary>
    private static string Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // Hash UTF-16, since UTF-8 can't represent a lone surrogate in a key.
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return Convert.ToBase64String(hash[..HashBytes]);
    }

    /// <param name="Arrived">The request.</param>
    /// <param name="Key">The key of its row; empty if it is numbered.</param>
    /// <param name="Number">Its number, if its client numbers its requests.</param>
    /// <param name="RunId">The run of all its events; empty if there are several.</param>
    private sealed record NamedRequest(ArrivedRequest Arrived, string Key, long? Number, string RunId)
    {
        /// <summary>Keys and runs of the pages that store its number, one for each of its runs; empty if it has no number.</summary>
        public IReadOnlyDictionary<string, string> Pages { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

        public long BodyHash => Arrived.Request.BodyHash ?? 0;

        public string KeyWithBody => $"{Prefix}{Hash($"{Scoped(Arrived.Request)}\n{RunId}\n{BodyHash}")}";

        private static string Prefix => "k:";

        public static NamedRequest Of(ArrivedRequest arrived)
        {
            var request = arrived.Request;
            if (request.Key is null)
            {
                var batch = BatchKey(arrived.Delivery);
                return new(arrived, arrived.Delivery.Redelivered ? $"{batch}/{arrived.Index}" : batch, null, "");
            }
            var runId = RunOf(request);
            if (ClientSequence.Parse(request.Key) is not var (client, number))
            {
                return new(arrived, $"{Prefix}{Hash(Scoped(request))}", null, runId);
            }
            var runs = request.Events.Select(reported => reported.RunId).Where(run => Identifier.IsValid(run)).DefaultIfEmpty("")
                .Distinct(StringComparer.Ordinal);
            return new(arrived, "", number, runId)
            {
                Pages = runs.ToDictionary(PageOf, run => run, StringComparer.Ordinal),
            };

            string PageOf(string run) => $"{Hash($"{Scoped(request, client)}\n{run}")}:{number / SequencePage.Length}";
        }

        public RememberedKey Row(string key, DateTimeOffset now) =>
            new() { Key = key, RunId = RunId, BodyHash = BodyHash, StoredAt = now };

        private static string Scoped(AcceptedRequest request, string? key = null) => $"{Scope(request)}\n{key ?? request.Key}";

        private static string RunOf(AcceptedRequest request)
        {
            var first = request.Events.Count > 0 ? request.Events[0].RunId : "";
            return Identifier.IsValid(first) && request.Events.All(reported => reported.RunId == first) ? first : "";
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
