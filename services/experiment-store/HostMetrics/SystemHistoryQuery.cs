using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <param name="From">The first moment.</param>
/// <param name="To">The last.</param>
/// <param name="Instances">The instances that have looked at their machines meanwhile.</param>
internal sealed record SystemHistory(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<InstanceHistory> Instances);

/// <param name="InstanceId">The instance.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Count">Samples in the time asked for.</param>
/// <param name="Summarised">Whether there were more than asked for, so that each value is a mean.</param>
/// <param name="Times">When.</param>
/// <param name="Values">By name, a value for each of the times; null where there was none.</param>
internal sealed record InstanceHistory(
    string InstanceId, string Host, int Count, bool Summarised, IReadOnlyList<DateTimeOffset> Times, IReadOnlyDictionary<string, double?[]> Values);

/// <summary>Which part of the machines' history, and in how many points.</summary>
internal sealed record SystemHistoryQuery
{
    private const int PointLimit = 10_000;
    private const int MaxInstances = 100;

    /// <summary>An hour before <c>to</c> when left out.</summary>
    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    /// <summary>Now when left out.</summary>
    [FromQuery(Name = "to")]
    public DateTimeOffset? To { get; init; }

    /// <summary>The most points of an instance; 500 when left out.</summary>
    [FromQuery(Name = "max_points")]
    public int? MaxPoints { get; init; }

    /// <summary>Names of values, separated by commas or as several parameters; all when left out.</summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "instance_id")]
    public string? InstanceId { get; init; }

    public async Task<SystemHistory> RunAsync(StoreContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var most = QueryLimit.Of(MaxPoints, 500, PointLimit, "max_points");
        var to = (To ?? now).ToUniversalTime();
        var from = (From ?? to.AddHours(-1)).ToUniversalTime();
        if (from >= to)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("from", "must be before to")]);
        }
        var wanted = NameList.Parse(Keys, "keys")?.ToHashSet(StringComparer.Ordinal);
        var instance = StorableText.CleanOrNull(InstanceId, 256);
        var machines = await db.Machines.Where(machine => instance == null || machine.InstanceId == instance).OrderBy(machine => machine.InstanceId).ToListAsync(cancellationToken);
        var histories = new List<InstanceHistory>();
        foreach (var machine in machines)
        {
            if (histories.Count < MaxInstances && await ReadAsync(db, machine, from, to, most, wanted, cancellationToken) is { Count: > 0 } history)
            {
                histories.Add(history);
            }
        }
        return new(from, to, histories);
    }

    private static async Task<InstanceHistory> ReadAsync(
        StoreContext db, SampledMachine machine, DateTimeOffset from, DateTimeOffset to, int most, HashSet<string>? wanted, CancellationToken cancellationToken)
    {
        var (first, last) = (UnixTime.ToMicroseconds(from), UnixTime.ToMicroseconds(to));
        var samples = db.MachineSamples.Where(sample => sample.InstanceId == machine.InstanceId && sample.Time >= first && sample.Time <= last);
        var count = await samples.CountAsync(cancellationToken);
        var width = count <= most ? 1 : (last - first) / most + 1;
        var (times, rows) = (new List<DateTimeOffset>(), new List<List<Mean>>());
        var bucket = -1L;
        // Minutes are older than single looks, so this is the order of time.
        await foreach (var sample in samples.OrderByDescending(sample => sample.Width).ThenBy(sample => sample.Time).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if ((sample.Time - first) / width is var own && own != bucket)
            {
                bucket = own;
                times.Add(UnixTime.FromMicroseconds(sample.Time));
                rows.Add([]);
            }
            Mean.AddTo(rows[^1], sample.Numbers());
        }
        var values = machine.KeyList().Index().Where(key => wanted is null || wanted.Contains(key.Item)).ToDictionary(
            key => key.Item, key => rows.Select(row => key.Index < row.Count && row[key.Index].Count > 0 ? row[key.Index].Value : (double?)null).ToArray(), StringComparer.Ordinal);
        return new(machine.InstanceId, machine.Host, count, count > most, times, values);
    }
}
