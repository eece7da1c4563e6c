using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Metrics;

/// <summary>Compacting points into minutes and archives neither loses nor duplicates values, whatever interrupts it.</summary>
public class RetentionTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private const int Seconds = 3000;

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clock_that_is_ahead_for_a_moment_compacts_no_point(string database)
    {
        var clock = new SettableClock(Event.Noon);
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync([.. Busy("r")]);
        var points = await CountAsync(store, db => db.Points);

        clock.Ahead = TimeSpan.FromDays(40);
        await RetainAsync(store);

        Assert.Equal(points, await CountAsync(store, db => db.Points));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Curves_keep_their_totals_as_points_become_minutes_and_archives(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon);
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync([.. Busy("r")]);
        await store.StoreAsync([.. Enumerable.Range(0, 20)
            .Select(index => At(Event.Noon.AddMinutes(5 * index), Event.Metric("r", index, "slow", index)))]);
        clock.AdjustTime(clock.GetUtcNow().AddDays(2));
        await store.StoreAsync([.. Enumerable.Range(0, 100)
            .Select(index => At(clock.GetUtcNow().AddMinutes(-index), Event.Metric("r", 5000 + index, "m", index)))]);
        var (sums, slow, latest) = (await SumsAsync(store, "r"), await CurveAsync(store, "r", "slow"), await LatestAsync(store, "r"));

        await RetainAsync(store);

        Assert.Equal(sums, await SumsAsync(store, "r"));
        Assert.Equal(slow, await CurveAsync(store, "r", "slow"));
        Assert.Equal(latest, await LatestAsync(store, "r"));
        // New points, and the bucket that the second attempt cuts.
        Assert.InRange(await CountAsync(store, db => db.Points), 100, 100 + 64);
        var minutes = await CountAsync(store, db => db.Minutes);
        Assert.InRange(minutes, Seconds / 60, 2 * (Seconds / 60) + 4 + 20);

        await store.StoreAsync(
            [.. Enumerable.Range(0, 5).Select(index => At(Event.Noon.AddSeconds(90 + index), Event.Metric("r", 90, "m", 1, attempt: 2)))]);
        await store.StoreAsync(At(Event.Noon.AddSeconds(95), Event.Metric("r", 91, "m", -1e6, attempt: 2)));
        var late = await SumsAsync(store, "r");
        Assert.Equal((sums.Count + 6, -1e6), (late.Count, late.Min));
        clock.Advance(TimeSpan.FromHours(26));
        await RetainAsync(store);
        Assert.Equal(late, await SumsAsync(store, "r"));
        Assert.InRange(await CountAsync(store, db => db.Minutes), minutes + 100, minutes + 101);

        latest = await LatestAsync(store, "r");
        clock.AdjustTime(clock.GetUtcNow().AddDays(40));
        await RetainAsync(store);
        await RetainAsync(store);
        Assert.Equal((0, true), (await CountAsync(store, db => db.Minutes), await CountAsync(store, db => db.Archives) > 0));
        Assert.InRange(await CountAsync(store, db => db.Points), 0, 64);
        Assert.Equal(late, await SumsAsync(store, "r"));
        Assert.Equal(slow, await CurveAsync(store, "r", "slow"));
        Assert.Equal(latest, await LatestAsync(store, "r"));

        await store.StoreAsync(Event.Resume("r", 2000));
        Assert.InRange((await SumsAsync(store, "r")).Count, 1950, 2100);

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        Assert.Equal((0, 0, 0, 0), (
            await CountAsync(store, db => db.Points), await CountAsync(store, db => db.Summaries),
            await CountAsync(store, db => db.Minutes), await CountAsync(store, db => db.Archives)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Interruptions_neither_lose_nor_duplicate_points(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon);
        await using var store = await StartAsync(database, clock);
        foreach (var run in (string[])["a", "b", "c"])
        {
            await store.StoreAsync([.. Busy(run)]);
        }
        clock.AdjustTime(clock.GetUtcNow().AddDays(2));
        var sums = await SumsAsync(store, "a");
        var random = new Random(1);

        foreach (var days in (int[])[0, 40])
        {
            clock.Advance(TimeSpan.FromDays(days));
            for (var stops = 0; stops < 25; stops++)
            {
                using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 40)));
                try
                {
                    await store.Services.GetRequiredService<RetentionJob>().RetainAsync(stop.Token);
                }
                catch (OperationCanceledException)
                {
                    // Interrupted anywhere.
                }
                Assert.Equal(sums, await SumsAsync(store, ((string[])["a", "b", "c"])[stops % 3]));
            }
            await RetainAsync(store);
        }
        foreach (var run in (string[])["a", "b", "c"])
        {
            Assert.Equal(sums, await SumsAsync(store, run));
        }
        Assert.Equal(0, await CountAsync(store, db => db.Minutes));
    }

    [Fact]
    public async Task Two_replicas_retain_at_once_while_a_third_part_arrives()
    {
        var clock = new FakeTimeProvider(Event.Noon);
        var settings = await SettingsAsync("postgres");
        await using var first = await StoreHost.StartAsync(settings, clock);
        await using var second = await StoreHost.StartAsync(settings, clock);
        await first.StoreAsync([.. Busy("a"), .. Busy("b")]);
        clock.AdjustTime(clock.GetUtcNow().AddDays(40));
        var before = await SumsAsync(first, "a");

        await Task.WhenAll(
            RetainAsync(first), RetainAsync(second), RetainAsync(first),
            second.StoreAsync(
                [.. Enumerable.Range(0, 50).Select(
                index => At(Event.Noon.AddSeconds(index), Event.Metric("a", index, "m", 1, attempt: 2)))]));
        await RetainAsync(second);

        Assert.Equal((before.Count + 50, before.NanCount), ((await SumsAsync(first, "a")).Count, (await SumsAsync(first, "a")).NanCount));
        Assert.Equal(before, await SumsAsync(second, "b"));
        Assert.Equal(0, await CountAsync(first, db => db.Minutes));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Raw_points_can_be_kept_forever(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon);
        await using var store = await StartAsync(database, clock, configure: null, ("RETENTION:KEEP_RAW_FOREVER", "true"));
        await store.StoreAsync([.. Busy("r")]);
        var points = await CountAsync(store, db => db.Points);
        clock.AdjustTime(clock.GetUtcNow().AddDays(400));

        await RetainAsync(store);

        Assert.Equal(points, await CountAsync(store, db => db.Points));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task New_points_are_not_compacted_however_old_their_time_is(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon.AddDays(7));
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync(
            [.. Enumerable.Range(0, Seconds).Select(index => At(Event.Noon.AddMilliseconds(index), Event.Metric("r", index, "m", index)))]);
        await store.StoreAsync(
            [.. Enumerable.Range(0, 10).Select(index => At(clock.GetUtcNow().AddDays(365), Event.Metric("r", index, "ahead", index)))]);

        foreach (var hours in (int[])[0, 23])
        {
            clock.Advance(TimeSpan.FromHours(hours));
            await RetainAsync(store);
            Assert.Equal(Seconds + 10, await CountAsync(store, db => db.Points));
        }
        clock.Advance(TimeSpan.FromHours(2));
        await RetainAsync(store);

        Assert.Equal(
            (0, 2), (await CountAsync(store, db => db.Points), await CountAsync(store, db => db.Minutes)
            + await CountAsync(store, db => db.Archives)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Points_are_due_by_arrival_time_whatever_their_steps(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon);
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync(
            [.. Enumerable.Range(0, 10_000).Select(index => At(clock.GetUtcNow(), Event.Metric("r", 100_000 + index, "m", index)))]);
        clock.Advance(TimeSpan.FromHours(12));
        await store.StoreAsync(
            [.. Enumerable.Range(0, 10_000).Select(index => At(clock.GetUtcNow(), Event.Metric("r", index, "m", index)))]);

        foreach (var (hours, left) in ((int, int)[])[(13, 10_000), (1, 10_000), (12, 0)])
        {
            clock.Advance(TimeSpan.FromHours(hours));
            await RetainAsync(store);
            Assert.Equal(left, await CountAsync(store, db => db.Points));
        }
    }

    /// <summary>A value per second, some of them NaN or infinite. Halfway, a second attempt goes back ten minutes.</summary>
    private static IEnumerable<RunEvent> Busy(string run)
    {
        for (var second = 0; second < Seconds; second++)
        {
            var step = second < Seconds / 2 ? second : second - 600;
            if (second == Seconds / 2)
            {
                yield return Event.Resume(run, step);
            }
            var value = (second % 97) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => Math.Sin(second) * second };
            yield return At(Event.Noon.AddSeconds(second), Event.Metric(run, step, "m", value));
        }
    }

    private static MetricsLogged At(DateTimeOffset time, MetricsLogged values) => values with { Time = time };

    private static Task RetainAsync(StoreHost store) =>
        store.Services.GetRequiredService<RetentionJob>().RetainAsync(CancellationToken.None);

    private static Task<int> CountAsync<T>(StoreHost store, Func<StoreContext, IQueryable<T>> rows) =>
        store.Services.GetRequiredService<Database>().ReadAsync((db, token) => rows(db).CountAsync(token), CancellationToken.None);

    private static async Task<string> CurveAsync(StoreHost store, string run, string key) =>
        (await store.GetAsync($"/api/runs/{run}/metrics?keys={key}")).GetProperty("series")[0].GetRawText();

    private static async Task<string> LatestAsync(StoreHost store, string run) =>
        (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetRawText();

    /// <summary>The totals of a curve's buckets, which must be equal at coarse and fine resolution.</summary>
    private static async Task<Sums> SumsAsync(StoreHost store, string run)
    {
        var sums = new List<Sums>();
        foreach (var maxPoints in (int[])[1, 40, 900])
        {
            var curve = (await store.GetAsync($"/api/runs/{run}/metrics?keys=m&max_points={maxPoints}")).GetProperty("series")[0];
            var buckets = curve.GetProperty("buckets").EnumerateArray().ToList();
            Assert.InRange(buckets.Count, 1, maxPoints);
            sums.Add(new(
                buckets.Sum(bucket => bucket.GetProperty("count").GetInt64()),
                buckets.Sum(bucket => bucket.GetProperty("nan_count").GetInt64()),
                buckets.Sum(bucket => bucket.GetProperty("infinite_count").GetInt64()),
                buckets.Where(HasFinite).Min(bucket => bucket.GetProperty("min").GetDouble()),
                buckets.Where(HasFinite).Max(bucket => bucket.GetProperty("max").GetDouble()),
                buckets[0].GetProperty("from_step").GetInt64(), buckets[^1].GetProperty("to_step").GetInt64(),
                Math.Round(buckets.Where(HasFinite).Sum(Total), 3)));
            Assert.Equal(sums[0].Count, curve.GetProperty("count").GetInt64());
        }
        Assert.Single(sums.Distinct());
        return sums[0];
    }

    private static bool HasFinite(JsonElement bucket) =>
        bucket.TryGetProperty("mean", out var mean) && mean.ValueKind is JsonValueKind.Number;

    private static double Total(JsonElement bucket) => bucket.GetProperty("mean").GetDouble()
        * (bucket.GetProperty("count").GetInt64() - bucket.GetProperty("nan_count")
            .GetInt64() - bucket.GetProperty("infinite_count").GetInt64());

    private sealed record Sums(long Count, long NanCount, long InfiniteCount, double Min, double Max, long First, long Last, double Total);
}
