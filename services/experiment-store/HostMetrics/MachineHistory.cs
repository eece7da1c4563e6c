using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>Stores samples of machines: single samples at first, then one-minute means, then nothing.</summary>
internal sealed class MachineHistory(Database database, IOptions<MachineOptions> options, SettledClock clock)
{
    private const int MaxAtOnce = 5000;
    private const long MinuteMicroseconds = 60_000_000;

    public Task AddAsync(
        string instanceId, string host, DateTimeOffset time, IReadOnlyDictionary<string, double> values,
        CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            var machine = await db.Machines.FindAsync([instanceId], token);
            if (machine is null)
            {
                await db.ReserveAsync("machine", [instanceId], token);
                machine = await db.Machines.FindAsync([instanceId], token);
            }
            if (machine is null)
            {
                machine = new SampledMachine { InstanceId = instanceId, Host = host, Keys = "[]" };
                db.Machines.Add(machine);
            }
            var keys = machine.KeyList();
            var known = keys.Count;
            keys.AddRange(values.Keys.Except(keys, StringComparer.Ordinal));
            if (keys.Count > known)
            {
                machine.Keys = JsonSerializer.Serialize(keys);
            }
            machine.Host = host;
            db.MachineSamples.Add(new MachineSample
            {
                InstanceId = instanceId,
                Width = MachineSample.Raw,
                Time = UnixTime.ToMicroseconds(time),
                Values = MachineSample.Pack(keys.Select(key => values.GetValueOrDefault(key, double.NaN))),
            });
        }, cancellationToken);

    /// <summary>Summarises and deletes old samples of every instance, since a stopped instance can't do it itself.</summary>
    public async Task AgeAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var rawUntil = UnixTime.ToMicroseconds(now - options.Value.KeepRaw) / MinuteMicroseconds * MinuteMicroseconds;
        var keptFrom = UnixTime.ToMicroseconds(now - options.Value.Keep);
        foreach (var instance in await database.ReadAsync(
            (db, token) => db.Machines.Select(machine => machine.InstanceId).ToListAsync(token), cancellationToken))
        {
            while (await database.WriteAsync((db, token) => SummariseAsync(db, instance, rawUntil, token), cancellationToken))
            {
            }
            await database.WriteAsync(async (db, token) =>
            {
                await db.MachineSamples.Where(sample => sample.InstanceId == instance && sample.Time < keptFrom).ExecuteDeleteAsync(token);
                await db.Machines
                    .Where(machine => machine.InstanceId == instance
                        && !db.Set<MachineSample>().Any(sample => sample.InstanceId == instance))
                    .ExecuteDeleteAsync(token);
            }, cancellationToken);
        }
    }

    /// <returns>True if there may be more to summarise.</returns>
    private static async Task<bool> SummariseAsync(StoreContext db, string instance, long until, CancellationToken cancellationToken)
    {
        var raw = db.MachineSamples.AsNoTracking()
            .Where(sample => sample.InstanceId == instance && sample.Width == MachineSample.Raw && sample.Time < until);
        var samples = await raw.OrderBy(sample => sample.Time).Take(MaxAtOnce).ToListAsync(cancellationToken);
        if (samples.Count == 0)
        {
            return false;
        }
        var minutes = samples.GroupBy(sample => sample.Time / MinuteMicroseconds).ToList();
        if (samples.Count == MaxAtOnce && minutes.Count > 1)
        {
            // The last minute may have samples beyond this chunk.
            samples.RemoveRange(samples.Count - minutes[^1].Count(), minutes[^1].Count());
            minutes.RemoveAt(minutes.Count - 1);
        }
        var last = samples[^1].Time;
        var deleted = await raw.Where(sample => sample.Time <= last).ExecuteDeleteAsync(cancellationToken);
        if (deleted != samples.Count)
        {
            // Another replica summarises the same samples.
            return false;
        }
        db.MachineSamples.AddRange(minutes.Select(minute => new MachineSample
        {
            InstanceId = instance,
            Width = MachineSample.Minute,
            Time = minute.Key * MinuteMicroseconds,
            Values = MachineSample.Pack(Means(minute)),
        }));
        return true;
    }

    private static IEnumerable<double> Means(IEnumerable<MachineSample> samples)
    {
        var means = new List<Mean>();
        foreach (var sample in samples)
        {
            Mean.AddTo(means, sample.Numbers());
        }
        return means.Select(mean => mean.Value);
    }
}
