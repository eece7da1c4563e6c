using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Metrics;

public class CurveTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_resumed_run_shows_one_clean_curve_and_keeps_superseded_points(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 10).Select(step => Event.Metric("r", step, "loss", 100 - step))]);
        await store.StoreAsync(Event.Resume("r", 6), Event.Metric("r", 6, "loss", 6), Event.Metric("r", 7, "loss", 7));
        await store.StoreAsync(Event.Metric("r", 8, "loss", 1000, attempt: 1));

        var clean = await store.GetAsync("/api/runs/r/metrics?keys=loss");
        var first = await store.GetAsync("/api/runs/r/metrics?keys=loss&attempt=1");
        var all = await store.GetAsync("/api/runs/r/metrics?keys=loss&attempt=all");
        var latest = (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0];

        Assert.Equal([100, 99, 98, 97, 96, 95, 6, 7], Values(clean));
        Assert.Equal([100, 99, 98, 97, 96, 95, 94, 93, 92, 1000, 91], Values(first));
        Assert.Equal(13, Values(all).Count);
        Assert.Equal((7, 7, 6, 6, 100, 0, 8), (
            latest.GetProperty("step").GetInt64(), latest.GetProperty("value").GetDouble(),
            latest.GetProperty("min").GetDouble(), latest.GetProperty("min_step").GetInt64(),
            latest.GetProperty("max").GetDouble(), latest.GetProperty("max_step").GetInt64(), latest.GetProperty("count").GetInt64()));
        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(2, run.GetProperty("attempt").GetInt32());
        Assert.Equal(6, run.GetProperty("attempts")[1].GetProperty("from_step").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Summaries_and_curves_agree_with_a_naive_reading_through_any_resumes(string database)
    {
        await using var store = await StartAsync(database);
        var random = new Random(7);
        var written = new List<(int Attempt, long Step, double Value)>();
        var starts = new List<long> { 0 };
        var (attempt, step) = (1, 0L);
        for (var round = 0; round < 40; round++)
        {
            var events = new List<RunEvent>();
            for (var index = 0; index < 20; index++)
            {
                if (random.Next(25) == 0)
                {
                    step = random.Next((int)step + 5);
                    starts.Add(step);
                    attempt++;
                    events.Add(Event.Resume("r", step));
                }
                var writer = random.Next(8) == 0 ? random.Next(1, attempt + 1) : attempt;
                var value = random.Next(10) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => random.Next(50) };
                written.Add((writer, step, value));
                events.Add(Event.Metric("r", step, "m", value, writer));
                step += random.Next(3);
            }
            await store.StoreAsync([.. events]);
        }

        var clean = written.Where(
            point => !Enumerable.Range(point.Attempt, attempt - point.Attempt).Any(later => starts[later] <= point.Step)).ToList();
        var ordered = clean.OrderBy(point => point.Step).Select(point => point.Value).ToList();
        var finite = clean.Where(point => double.IsFinite(point.Value)).ToList();
        var latest = (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0];

        Assert.True(attempt > 10);
        Assert.Equal(ordered, Values(await store.GetAsync("/api/runs/r/metrics?max_points=100000")));
        Assert.Equal(clean.Count, latest.GetProperty("count").GetInt64());
        Assert.Equal(clean.Count(point => double.IsNaN(point.Value)), latest.GetProperty("nan_count").GetInt64());
        Assert.Equal(clean.Count(point => double.IsInfinity(point.Value)), latest.GetProperty("infinite_count").GetInt64());
        Assert.Equal(finite.Min(point => point.Value), latest.GetProperty("min").GetDouble());
        Assert.Equal(finite.Where(point => point.Value == finite.Min(other => other.Value)).Min(point => point.Step),
            latest.GetProperty("min_step").GetInt64());
        Assert.Equal(finite.Max(point => point.Value), latest.GetProperty("max").GetDouble());
        Assert.Equal(clean.Max(point => point.Step), latest.GetProperty("step").GetInt64());
        Assert.Equal(ordered[^1], Number(latest.GetProperty("value")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Buckets_agree_with_a_naive_computation(string database)
    {
        await using var store = await StartAsync(database);
        var random = new Random(3);
        var points = new List<(long Step, double Value)>();
        for (var step = -50L; step < 5000; step += random.Next(1, 4))
        {
            points.Add((step, random.Next(12) switch { 0 => double.NaN, 1 => double.NegativeInfinity, _ => random.NextDouble() * 10 }));
        }
        await store.StoreAsync([.. points.Select(point => Event.Metric("r", point.Step, "m", point.Value))]);

        const int Most = 100;
        var curve = (await store.GetAsync($"/api/runs/r/metrics?keys=m&from_step=0&to_step=4500&max_points={Most}"))
            .GetProperty("series")[0];

        var chosen = points.Where(point => point.Step is >= 0 and <= 4500).ToList();
        var width = (chosen[^1].Step - chosen[0].Step) / Most + 1;
        var expected = chosen.GroupBy(point => (point.Step - chosen[0].Step) / width).Select(bucket => bucket.ToList()).ToList();
        var buckets = curve.GetProperty("buckets").EnumerateArray().ToList();
        Assert.True(curve.GetProperty("summarised").GetBoolean());
        Assert.Equal(chosen.Count, curve.GetProperty("count").GetInt64());
        Assert.InRange(buckets.Count, Most / 2, Most);
        Assert.Equal(expected.Count, buckets.Count);
        foreach (var (bucket, naive) in buckets.Zip(expected))
        {
            var finite = naive.Select(point => point.Value).Where(double.IsFinite).ToList();
            Assert.Equal(
                (naive[0].Step, naive[^1].Step), (bucket.GetProperty("from_step").GetInt64(), bucket.GetProperty("to_step").GetInt64()));
            Assert.Equal(naive.Count, bucket.GetProperty("count").GetInt64());
            Assert.Equal(naive.Count(point => double.IsNaN(point.Value)), bucket.GetProperty("nan_count").GetInt64());
            Assert.Equal(naive.Count(point => double.IsInfinity(point.Value)), bucket.GetProperty("infinite_count").GetInt64());
            Assert.Equal(finite.Min(), bucket.GetProperty("min").GetDouble());
            Assert.Equal(finite.Max(), bucket.GetProperty("max").GetDouble());
            Assert.Equal(finite.Average(), bucket.GetProperty("mean").GetDouble(), 1e-9);
            Assert.Equal(naive[^1].Value, Number(bucket.GetProperty("last")));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_largest_and_smallest_numbers_can_be_summarised(string database)
    {
        await using var store = await StartAsync(database);
        double[] extremes = [double.MaxValue, double.MaxValue, -double.MaxValue, double.Epsilon, -double.Epsilon, 0,
            double.PositiveInfinity, double.NaN, 1e-300, double.MaxValue];
        await store.StoreAsync(
            [.. Enumerable.Range(0, 200).Select(step => Event.Metric("r", step, "m", extremes[step % extremes.Length]))]);
        await store.StoreAsync(Event.Metric("r", 1L << 53, "far", 1), Event.Metric("r", -(1L << 53), "far", 2));

        var curve = (await store.GetAsync("/api/runs/r/metrics?keys=m&max_points=3")).GetProperty("series")[0].GetProperty("buckets");
        var far = (await store.GetAsync("/api/runs/r/metrics?keys=far&max_points=1")).GetProperty("series")[0].GetProperty("buckets");

        Assert.All(curve.EnumerateArray(), bucket =>
        {
            Assert.Equal(double.MaxValue, bucket.GetProperty("max").GetDouble());
            Assert.Equal(-double.MaxValue, bucket.GetProperty("min").GetDouble());
            Assert.InRange(bucket.GetProperty("mean").GetDouble(), 0.2 * double.MaxValue, 0.3 * double.MaxValue);
        });
        Assert.Equal(1.5, far[0].GetProperty("mean").GetDouble());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_value_without_a_step_takes_the_next_one_of_its_series(string database)
    {
        await using var store = await StartAsync(database);

        await store.StoreAsync(Event.Metric("r", null, "m", 1), Event.Metric("r", null, "m", 2), Event.Metric("r", 10, "m", 3));
        await store.StoreAsync(Event.Metric("r", null, "m", 4), Event.Metric("r", null, "other", 5));

        var history = await store.GetAsync("/api/runs/r/metrics");
        Assert.Equal(
            [0, 1, 10, 11], history.GetProperty("series")[0].GetProperty("points").EnumerateArray()
            .Select(point => point.GetProperty("step").GetInt64()));
        Assert.Equal(0, history.GetProperty("series")[1].GetProperty("points")[0].GetProperty("step").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Values_can_be_posted_to_a_run_and_repeated_safely(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "r" });

        foreach (var repeated in (int[])[0, 1])
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "/api/runs/r/metrics");
            post.Headers.Add("Idempotency-Key", "job:1");
            post.Content = new StringContent(
                """[{"step":1,"metrics":{"loss":"NaN","acc":0.5},"timestamp":"2026-01-01T00:00:00Z"},{"metrics":{"loss":2}}]""",
                System.Text.Encoding.UTF8, "application/json");
            using var response = await store.Http.SendAsync(post);
            Assert.Equal(2 * repeated, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("repeated").GetInt32());
        }

        var series = (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series");
        Assert.Equal(
            ("2026-01-01T00:00:00Z", 0.5), (series[0].GetProperty("time").GetString(), series[0].GetProperty("value").GetDouble()));
        Assert.Equal(
            (2, 2, 1), (series[1].GetProperty("step").GetInt64(), series[1].GetProperty("count").GetInt64(),
            series[1].GetProperty("nan_count").GetInt64()));
    }

    private static List<double> Values(JsonElement history) =>
        [.. history.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(point => Number(point.GetProperty("value")))];

    private static double Number(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        _ => double.NegativeInfinity,
    } : value.GetDouble();
}
