using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Tests.Metrics;

/// <summary>Summaries give the same result as reading every point, for any values in any order.</summary>
public class SummaryTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private static readonly double[] Odd =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -double.MaxValue, double.Epsilon, 1e-300, -0.0, 0];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_level_agrees_with_reading_every_point(string database)
    {
        await using var store = await StartAsync(database);
        foreach (var seed in Enumerable.Range(1, 4))
        {
            var random = new Random(seed);
            var model = new CurveModel();
            var spacing = (long)Math.Pow(10, random.Next(0, 4));
            for (var round = 0; round < 12; round++)
            {
                await store.StoreAsync([.. Round(random, model, $"r{seed}", 200, spacing, oddities: true)]);
                await AssertAgreesAsync(store, random, model, $"r{seed}");
            }
            Assert.True(model.Attempt > 3);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Long_curves_agree_with_reading_every_point(string database)
    {
        await using var store = await StartAsync(database);
        var random = new Random(11);
        var model = new CurveModel();
        for (var round = 0; round < 15; round++)
        {
            await store.StoreAsync([.. Round(random, model, "r", 3000, spacing: 1, oddities: round % 5 == 0)]);
        }
        var (first, last) = (model.Points.Min(point => point.Step), model.Points.Max(point => point.Step));

        foreach (var maxPoints in (int[])[1, 2, 7, 100, 1000, 2000, 5000, 100_000])
        {
            var (from, to) = (random.NextInt64(first, last), random.NextInt64(first, last));
            (from, to) = maxPoints < 5 ? (first, last) : (Math.Min(from, to), Math.Max(from, to));
            foreach (var attempt in (int?[])[null, 0, random.Next(1, model.Attempt + 1)])
            {
                var filter = attempt switch { null => "", 0 => "&attempt=all", _ => $"&attempt={attempt}" };
                var whole = await store.GetAsync($"/api/runs/r/metrics?keys=m&max_points={maxPoints}{filter}");
                var part = await store.GetAsync($"/api/runs/r/metrics?keys=m&max_points={maxPoints}&from_step={from}&to_step={to}{filter}");
                CurveModel.AssertCovers(model.Chosen(attempt: attempt), whole.GetProperty("series")[0], maxPoints);
                CurveModel.AssertCovers(model.Chosen(from, to, attempt), part.GetProperty("series")[0], maxPoints);
            }
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_series_that_logs_more_and_more_often_gets_finer_summaries(string database)
    {
        await using var store = await StartAsync(database);
        var model = new CurveModel();
        await store.StoreAsync([.. Steps(Enumerable.Range(0, 400).Select(step => step * 1000L))]);
        await store.StoreAsync([.. Steps(Enumerable.Range(400_000, 2000).Select(step => (long)step))]);

        await AssertAgreesAsync(store, new Random(5), model, "r");
        var finest = await store.Services.GetRequiredService<Database>().ReadAsync(
            (db, token) => db.Summaries.Where(row => row.Level == 2).MaxAsync(row => row.Count, token), CancellationToken.None);
        Assert.InRange(finest, 2, 16);

        IEnumerable<RunEvent> Steps(IEnumerable<long> steps)
        {
            foreach (var step in steps)
            {
                model.Add(1, step, step % 7);
                yield return Event.Metric("r", step, "m", step % 7);
            }
        }
    }

    private static IEnumerable<RunEvent> Round(Random random, CurveModel model, string run, int count, long spacing, bool oddities)
    {
        var step = model.Points.Count == 0 ? -40 * spacing : model.Points[^1].Step;
        for (var index = 0; index < count; index++)
        {
            if (random.Next(count) == 0)
            {
                step = random.NextInt64(-50 * spacing, Math.Max(-49 * spacing, step + 5));
                model.Resume(step);
                yield return Event.Resume(run, step);
            }
            // Late, repeated, far behind, or of a finished attempt.
            var at = random.Next(
                20) switch
            { 0 => step - random.NextInt64(400 * spacing), 1 => step, _ => step += random.NextInt64(1, 2 * spacing + 1) };
            var attempt = random.Next(15) == 0 ? random.Next(1, model.Attempt + 1) : model.Attempt;
            var value = oddities && random.Next(4) == 0 ? Odd[random.Next(Odd.Length)] : random.Next(-50, 50) / 8.0;
            model.Add(attempt, at, value);
            yield return Event.Metric(run, at, "m", value, attempt);
        }
    }

    /// <summary>Counts, extremes and last values of random selections, summed from the rows of each level.</summary>
    private static async Task AssertAgreesAsync(StoreHost store, Random random, CurveModel model, string run)
    {
        await store.Services.GetRequiredService<Database>().ReadAsync(async (db, token) =>
        {
            await using var snapshot = await db.SnapshotAsync(token);
            var series = await db.Series.SingleAsync(row => row.RunId == run, token);
            if (series.Open is null)
            {
                Assert.True(model.Points.Count < SummaryWriter.FewPoints);
                return true;
            }
            var open = OpenBucketsFormat.Read(series.Id, series.Open);
            var (first, last) = (model.Points.Min(point => point.Step), model.Points.Max(point => point.Step));
            for (var tries = 0; tries < 6; tries++)
            {
                var (from, to) = (random.NextInt64(first, last + 1), random.NextInt64(first, last + 1));
                (from, to) = tries == 0 ? (first, last) : (Math.Min(from, to), Math.Max(from, to));
                var attempt = random.Next(3) switch { 0 => (int?)null, 1 => 0, _ => random.Next(1, model.Attempt + 1) };
                var selection = await Selection.OfAsync(db, run, from, to, attempt, token);
                var expected = model.Chosen(from, to, attempt);
                var total = (await SummaryReader.TotalsAsync(db, [open], selection, token)).GetValueOrDefault(series.Id);
                AssertSums(expected, total);
                if (total is not null)
                {
                    var summed = new Totals();
                    await foreach (var part in SummaryReader.BucketsAsync(
                        db, open, random.Next(open.FinestLevel, open.CoarsestLevel + 1), selection, total, token))
                    {
                        summed.Include(part);
                    }
                    AssertSums(expected, summed);
                }
            }
            AssertSums(model.Chosen(), series);
            return true;
        }, CancellationToken.None);
    }

    private static void AssertSums(List<CurveModel.Logged> expected, Summary? told)
    {
        var finite = expected.Where(point => double.IsFinite(point.Value)).ToList();
        Assert.Equal(
            (expected.Count, expected.Count(point => double.IsNaN(point.Value)),
                expected.Count - finite.Count - expected.Count(point => double.IsNaN(point.Value))),
            (told?.Count ?? 0, told?.NanCount ?? 0, told?.InfiniteCount ?? 0));
        if (told is null)
        {
            return;
        }
        Assert.Equal(
            (expected[0].Step, expected[^1].Step, expected[^1].Seq, expected[^1].Value),
            (told.FirstStep, told.LastStep, told.LastSeq, told.LastValue ?? double.NaN));
        Assert.Equal(Extremes(finite), (told.Min, told.MinStep, told.Max, told.MaxStep));
    }

    private static void AssertSums(List<CurveModel.Logged> expected, Series told)
    {
        var finite = expected.Where(point => double.IsFinite(point.Value)).ToList();
        Assert.Equal((expected.Count, expected.Count(point => double.IsNaN(point.Value))), (told.Count, told.NanCount));
        Assert.Equal((expected[^1].Step, expected[^1].Value), (told.LastStep, told.LastValue ?? double.NaN));
        Assert.Equal(Extremes(finite), (told.Min, told.MinStep, told.Max, told.MaxStep));
    }

    private static (double?, long?, double?, long?) Extremes(List<CurveModel.Logged> finite) =>
        finite.Count == 0 ? (null, null, null, null) : (
        finite.Min(point => point.Value), finite.Where(point => point.Value == finite.Min(other => other.Value)).Min(point => point.Step),
        finite.Max(point => point.Value), finite.Where(point => point.Value == finite.Max(other => other.Value)).Min(point => point.Step));
}
