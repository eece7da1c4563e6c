using System.Text.Json;

namespace Trainyard.ExperimentStore.Tests.Metrics;

/// <summary>A reference model: the points of a series as a list, read point by point.</summary>
internal sealed class CurveModel
{
    private readonly List<Logged> points = [];
    private readonly Dictionary<int, long> until = [];

    public int Attempt { get; private set; } = 1;

    public IReadOnlyList<Logged> Points => points;

    public void Add(int attempt, long step, double value) => points.Add(new(attempt, step, points.Count, value));

    public void Resume(long from)
    {
        for (var earlier = 1; earlier <= Attempt; earlier++)
        {
            until[earlier] = Math.Min(until.GetValueOrDefault(earlier, long.MaxValue), from);
        }
        Attempt++;
    }

    /// <param name="from">First step.</param>
    /// <param name="to">Last step.</param>
    /// <param name="attempt">Null for the clean curve, 0 for all.</param>
    public List<Logged> Chosen(long from = long.MinValue, long to = long.MaxValue, int? attempt = null) => [.. points
        .Where(point => point.Step >= from && point.Step <= to)
        .Where(point => attempt switch { null => point.Step < until.GetValueOrDefault(point.Attempt, long.MaxValue), 0 => true,
            _ => point.Attempt == attempt })
        .OrderBy(point => point.Step).ThenBy(point => point.Seq)];

    /// <summary>Asserts that an answer covers exactly these points, as points or as buckets.</summary>
    public static void AssertCovers(List<Logged> chosen, JsonElement curve, int maxPoints)
    {
        Assert.Equal(chosen.Count, curve.GetProperty("count").GetInt64());
        if (!curve.GetProperty("summarised").GetBoolean())
        {
            Assert.Equal(
                chosen.Select(point => (point.Step, point.Value)),
                curve.GetProperty("points").EnumerateArray()
                    .Select(point => (point.GetProperty("step").GetInt64(), Number(point.GetProperty("value")))));
            return;
        }
        var buckets = curve.GetProperty("buckets").EnumerateArray().ToList();
        Assert.True(chosen.Count > maxPoints);
        Assert.InRange(buckets.Count, 1, maxPoints);
        var rest = chosen;
        foreach (var bucket in buckets)
        {
            Assert.Equal(rest[0].Step, bucket.GetProperty("from_step").GetInt64());
            var last = bucket.GetProperty("to_step").GetInt64();
            var own = rest.TakeWhile(point => point.Step <= last).ToList();
            AssertSums(own, bucket);
            rest = rest[own.Count..];
        }
        Assert.Empty(rest);
    }

    public static double Number(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        _ => double.NegativeInfinity,
    } : value.GetDouble();

    public static double? Mean(IReadOnlyCollection<double> finite)
    {
        var largest = finite.Count == 0 ? 0 : finite.Max(Math.Abs);
        return finite.Count == 0 ? null : largest == 0 ? 0 : finite.Average(value => value / largest) * largest;
    }

    private static void AssertSums(List<Logged> own, JsonElement bucket)
    {
        var finite = own.Select(point => point.Value).Where(double.IsFinite).ToList();
        Assert.Equal(own[^1].Step, bucket.GetProperty("to_step").GetInt64());
        Assert.Equal(
            (own.Count, own.Count(point => double.IsNaN(point.Value)), own.Count(point => double.IsInfinity(point.Value))),
            (bucket.GetProperty("count").GetInt64(), bucket.GetProperty("nan_count").GetInt64(),
                bucket.GetProperty("infinite_count").GetInt64()));
        Assert.Equal(own[^1].Value, Number(bucket.GetProperty("last")));
        Assert.Equal(finite.Count == 0 ? null : finite.Min(), Optional(bucket, "min"));
        Assert.Equal(finite.Count == 0 ? null : finite.Max(), Optional(bucket, "max"));
        var mean = Optional(bucket, "mean");
        Assert.Equal(finite.Count > 0, mean is not null);
        if (mean is { } told && Mean(finite) is { } expected)
        {
            Assert.InRange(Math.Abs(told - expected), 0, 1e-12 * Math.Max(finite.Max(Math.Abs), 1e-250));
        }
    }

    private static double? Optional(JsonElement bucket, string name) =>
        bucket.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? Number(value) : null;

    internal sealed record Logged(int Attempt, long Step, int Seq, double Value);
}
