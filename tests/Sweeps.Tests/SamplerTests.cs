using System.Globalization;

namespace Trainyard.Sweeps.Tests;

public class SamplerTests
{
    private static readonly SearchSpace Mixed = new(
    [
        new Choice("optimizer", ["adam", "sgd"]), new Whole("layers", 1, 9, Step: 4),
        new Real("rate", 1e-4, 1e-2, Log: true, Points: 3), new Whole("width", 8, 64, Log: true),
    ]);

    [Fact]
    public void A_grid_hands_out_every_point_once_and_then_none()
    {
        var space = new SearchSpace(
            [new Choice("a", ["x", "y"]), new Whole("b", 1, 9, Step: 4), new Real("c", 1, 100, Log: true, Points: 3)]);
        var sampler = new GridSampler(space);
        var history = new List<Trial>();
        while (sampler.Next(history) is { } point)
        {
            history.Add(new(point, TrialState.Failed));
        }

        Assert.Equal(18, space.GridSize);
        Assert.Equal(18, history.Select(trial => string.Join(' ', trial.Point.Select(value => Math.Round(value, 6)))).Distinct().Count());
        Assert.Equal([1, 10, 100], history.Take(3).Select(trial => Math.Round(trial.Point[2], 6)));
        Assert.Equal([1, 5, 9], history.Select(trial => trial.Point[1]).Distinct());
    }

    [Fact]
    public void A_grid_over_a_range_of_one_value_has_it_once() =>
        Assert.Equal(2, new SearchSpace([new Choice("a", ["x", "y"]), new Real("b", 0.5, 0.5, Points: 3)]).GridSize);

    [Fact]
    public void A_grid_over_a_range_that_is_not_cut_into_points_is_refused() =>
        Assert.Throws<ArgumentException>(() => new GridSampler(new([new Real("a", 0, 1)])));

    [Theory]
    [InlineData(0.0001, 0.1, 4, "0.0001 0.001 0.01 0.1")]
    [InlineData(0.00001, 0.01, 4, "1E-05 0.0001 0.001 0.01")]
    [InlineData(0.3, 0.3, 1, "0.3")]
    public void A_grid_of_factors_has_its_ends_and_round_numbers_between_them(double low, double high, int points, string values)
    {
        var range = new Real("lr", low, high, Log: true, Points: points);

        Assert.Equal(values,
            string.Join(' ', Enumerable.Range(0, points).Select(at => range.GridPoint(at).ToString("R", CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void A_grid_of_differences_has_its_ends_and_round_numbers_between_them()
    {
        var range = new Real("dropout", 0.1, 0.7, Points: 7);

        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], Enumerable.Range(0, 7).Select(at => range.GridPoint(at)));
    }

    [Fact]
    public void Points_of_a_whole_number_that_round_to_the_same_are_one() =>
        Assert.Equal([1, 2, 3, 4], Enumerable.Range(0, 4).Select(at => new Whole("n", 1, 4, Log: true, Points: 50).GridPoint(at)));

    [Fact]
    public void A_grid_too_large_to_count_says_so_rather_than_wrapping_around() =>
        Assert.Equal(long.MaxValue, new SearchSpace([new Whole("a", 0, 1L << 50), new Whole("b", 0, 1L << 50)]).GridSize);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_point_lies_within_the_space_and_every_part_of_it_is_reached(bool tpe)
    {
        ISampler sampler = tpe ? new TpeSampler(Mixed, 3) : new RandomSampler(Mixed, 3);
        var history = new List<Trial>();
        for (var trial = 0; trial < 300; trial++)
        {
            var point = sampler.Next(history) ?? [];
            Assert.Contains(point[0], new double[] { 0, 1 });
            Assert.Contains(point[1], new double[] { 1, 5, 9 });
            Assert.InRange(point[2], 1e-4, 1e-2);
            Assert.True(point[3] is >= 8 and <= 64 && point[3] % 1 == 0);
            // Nothing is better than anything: TPE must keep looking everywhere.
            history.Add(new(point, TrialState.Completed, 1));
        }
        Assert.Equal(2, history.Select(trial => trial.Point[0]).Distinct().Count());
        Assert.Equal(3, history.Select(trial => trial.Point[1]).Distinct().Count());
        Assert.True(history.Min(trial => trial.Point[2]) < 2e-4 && history.Max(trial => trial.Point[2]) > 5e-3);
    }

    [Fact]
    public void Factors_are_drawn_evenly_on_their_logarithm()
    {
        var space = new SearchSpace([new Real("rate", 1e-6, 1, Log: true)]);
        var sampler = new RandomSampler(space, 1);
        double[] drawn = [.. Enumerable.Range(0, 6000).Select(trial => sampler.Next(new Trial[trial])?[0] ?? 0)];

        for (var decade = -6; decade < 0; decade++)
        {
            Assert.InRange(drawn.Count(value => value >= Math.Pow(10, decade) && value < Math.Pow(10, decade + 1)), 880, 1120);
        }
    }

    [Fact]
    public void The_same_history_gets_the_same_point_and_another_seed_another()
    {
        var history = Enumerable.Range(
            0, 30).Select(at => new Trial([at % 2, 1 + 4 * (at % 3), 1e-3, 8 + at], TrialState.Completed, at)).ToList();

        Assert.Equal(new TpeSampler(Mixed, 7).Next(history), new TpeSampler(Mixed, 7).Next([.. history]));
        Assert.NotEqual(new TpeSampler(Mixed, 7).Next(history), new TpeSampler(Mixed, 8).Next(history));
    }

    [Theory]
    [InlineData("sphere5", 3)]
    [InlineData("mixed", 3)]
    public void Tpe_finds_far_better_points_than_chance(string name, double factor)
    {
        var function = TestFunctions.Named(name);

        var tpe = Median(seed => function.Search(new TpeSampler(function.Space, seed), 80));
        var chance = Median(seed => function.Search(new RandomSampler(function.Space, seed), 80));

        Assert.True(tpe * factor < chance, $"TPE reached {tpe}, chance {chance}.");

        static double Median(Func<long, double> search) => Enumerable.Range(0, 11).Select(seed => search(seed)).Order().ElementAt(5);
    }

    [Fact]
    public void Tpe_leaves_a_region_where_training_diverges()
    {
        var space = new SearchSpace([new Real("rate", 0, 1)]);
        var sampler = new TpeSampler(space, 5);
        var history = new List<Trial>();
        for (var trial = 0; trial < 60; trial++)
        {
            var point = sampler.Next(history) ?? [];
            history.Add(new(point, TrialState.Completed, point[0] > 0.5 ? double.NaN : Math.Abs(point[0] - 0.2)));
        }

        Assert.InRange(history.Skip(30).Count(trial => double.IsNaN(trial.Loss)), 0, 7);
    }

    [Fact]
    public void Trials_that_are_still_running_keep_the_next_one_away()
    {
        var space = new SearchSpace([new Real("x", 0, 1)]);
        var ended = Enumerable.Range(0, 20).Select(at => new Trial([at / 20.0], TrialState.Completed, Math.Abs(at / 20.0 - 0.5))).ToList();
        var crowded = ended.Concat(Enumerable.Repeat(new Trial([0.5], TrialState.Pending), 30)).ToList();

        var alone = Enumerable.Range(0, 50).Average(seed => Math.Abs((new TpeSampler(space, seed).Next(ended)?[0] ?? 0) - 0.5));
        var beside = Enumerable.Range(0, 50).Average(seed => Math.Abs((new TpeSampler(space, seed).Next(crowded)?[0] ?? 0) - 0.5));

        Assert.True(beside > 1.2 * alone, $"{beside} beside others, {alone} alone.");
    }

    [Fact]
    public async Task Tpe_finds_as_good_points_as_Optuna_does()
    {
        const int Trials = 60, Seeds = 8;
        string[] names = ["sphere2", "mixed"];
        var theirs = await OptunaReference.RunAsync(
            "optuna_tpe.py", "optuna", [OptunaReference.Text(Trials), OptunaReference.Text(Seeds), .. names]);

        foreach (var function in names.Select(TestFunctions.Named))
        {
            double[] ours = [.. Enumerable.Range(0, Seeds).Select(seed => function.Search(new TpeSampler(function.Space, seed), Trials))];
            double[] optuna = [.. theirs.GetProperty(function.Name).EnumerateArray().Select(loss => loss.GetDouble())];
            Assert.True(
                RankTest.Z(ours, optuna) < 2.5,
                $"{function.Name}: {string.Join(' ', ours.Order())} here, {string.Join(' ', optuna.Order())} by Optuna.");
        }
    }
}
