using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>Samples of the machines over time.</summary>
/// <param name="From">Start of the range.</param>
/// <param name="To">End of the range.</param>
/// <param name="Instances">The instances with samples in the range.</param>
internal sealed record SystemHistory(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<InstanceHistory> Instances);

/// <summary>The samples of one process's machine over time.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Count">Samples in the range.</param>
/// <param name="Summarised">True if there were more than <c>max_points</c>, so that each value is a mean.</param>
/// <param name="Times">Time of each point.</param>
/// <param name="Values">By name, one value for each time; null where it is missing.</param>
internal sealed record InstanceHistory(
    string InstanceId, string Host, int Count, bool Summarised, IReadOnlyList<DateTimeOffset> Times,
    IReadOnlyDictionary<string, double?[]> Values);

/// <summary>Selects a range of the machines' history and its resolution.</summary>
internal sealed record SystemHistoryQuery
{
    private const int PointLimit = 10_000;
    private const int MaxInstances = 100;

    /// <summary>Default: an hour before <c>to</c>.</summary>
    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    /// <summary>Default: now.</summary>
    [FromQuery(Name = "to")]
    public DateTimeOffset? To { get; init; }

    /// <summary>Maximum points per instance. Default: 500.</summary>
    [FromQuery(Name = "max_points"), Range(1, PointLimit)]
    public int? MaxPoints { get; init; }

    /// <summary>Names of values, separated by commas or as several parameters. Default: all.</summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "instance_id")]
    public string? InstanceId { get; init; }

    public async Task<SystemHistory> RunAsync(StoreContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(MaxPoints, 500, PointLimit, "max_points");
        var to = (To ?? now).ToUniversalTime();
        var from = (From ?? to.AddHours(-1)).ToUniversalTime();
        if (from >= to)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("from", "must be before to")]);
        }
        var wanted = NameList.Parse(Keys, "keys")?.ToHashSet(StringComparer.Ordinal);
        var instance = StorableText.CleanOrNull(InstanceId, 256);
        var machines = await db.Machines.Where(machine => instance == null || machine.InstanceId == instance)
            .OrderBy(machine => machine.InstanceId).ToListAsync(cancellationToken);
        var histories = new List<InstanceHistory>();
        foreach (var machine in machines)
        {
            if (histories.Count < MaxInstances
                && await ReadAsync(db, machine, from, to, limit, wanted, cancellationToken) is { Count: > 0 } history)
            {
                histories.Add(history);
            }
        }
        return new(from, to, histories);
    }

    private static async Task<InstanceHistory> ReadAsync(
        StoreContext db, SampledMachine machine, DateTimeOffset from, DateTimeOffset to, int limit, HashSet<string>? wanted,
        CancellationToken cancellationToken)
    {
        var (first, last) = (UnixTime.ToMicroseconds(from), UnixTime.ToMicroseconds(to));
        var samples = db.MachineSamples.Where(
            sample => sample.InstanceId == machine.InstanceId && sample.Time >= first && sample.Time <= last);
        var count = await samples.CountAsync(cancellationToken);
        var width = count <= limit ? 1 : (last - first) / limit + 1;
        var (times, rows) = (new List<DateTimeOffset>(), new List<List<Mean>>());
        var bucket = -1L;
        // Minutes are older than single samples, so this is the order of time.
        var inOrder = samples.OrderByDescending(sample => sample.Width).ThenBy(sample => sample.Time).AsAsyncEnumerable();
        await foreach (var sample in inOrder.WithCancellation(cancellationToken))
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
            key => key.Item,
            key => rows.Select(row => key.Index < row.Count && row[key.Index].Count > 0 ? row[key.Index].Value : (double?)null).ToArray(),
            StringComparer.Ordinal);
        return new(machine.InstanceId, machine.Host, count, count > limit, times, values);
    }
}
