using Trainyard.Models.Generation;

namespace Trainyard.Models.Tests;

public class SamplerTests
{
    // Probabilities 0.4, 0.3, 0.2 and 0.1.
    private static readonly float[] Logits = [.. ((double[])[0.2, 0.4, 0.1, 0.3]).Select(probability => (float)Math.Log(probability))];

    [Fact]
    public void Temperature_zero_takes_the_likeliest() => Assert.Equal([1], Drawn(new() { Temperature = 0 }));

    [Fact]
    public void Top_k_leaves_that_many() => Assert.Equal([1, 3], Drawn(new() { TopK = 2 }));

    [Theory]
    [InlineData(0.0, new[] { 1 })]
    [InlineData(0.39, new[] { 1 })]
    [InlineData(0.6, new[] { 1, 3 })]
    [InlineData(0.8, new[] { 0, 1, 3 })]
    [InlineData(1.0, new[] { 0, 1, 2, 3 })]
    public void Top_p_leaves_the_fewest_that_reach_it(double p, int[] expected) =>
        Assert.Equal(expected, Drawn(new() { TopP = p, Temperature = 1 }));

    [Theory]
    [InlineData(0.0, new[] { 0, 1, 2, 3 })]
    [InlineData(0.4, new[] { 0, 1, 3 })]
    [InlineData(1.0, new[] { 1 })]
    public void Min_p_leaves_what_is_likely_enough_beside_the_likeliest(double p, int[] expected)
    {
        Assert.Equal(expected, Drawn(new() { MinP = p, Temperature = 1 }));
        Assert.Equal(expected.Intersect([1, 3]), Drawn(new() { MinP = p, TopK = 2, Temperature = 1 }));
    }

    [Fact]
    public void Cuts_of_a_large_vocabulary_are_those_of_a_full_sort()
    {
        var random = new Random(3);
        float[] logits = [.. Enumerable.Range(0, 5_000).Select(_ => (float)((random.NextDouble() - 0.5) * 20))];
        var ranked = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ToList();
        var total = ranked.Sum(token => Math.Exp(logits[token]));
        var nucleus = ranked.TakeWhile((_, rank) => ranked.Take(rank).Sum(token => Math.Exp(logits[token])) < 0.7 * total).ToHashSet();
        var likeliest = ranked.Take(40).ToHashSet();
        var (byMass, byRank) = (new Sampler(new() { TopP = 0.7, Temperature = 1 }), new Sampler(new() { TopK = 40, Temperature = 5 }));

        Assert.All(Enumerable.Range(0, 2_000), _ => Assert.Contains(byMass.Next([.. logits]), nucleus));
        Assert.Equal(likeliest, Enumerable.Range(0, 5_000).Select(_ => byRank.Next([.. logits])).ToHashSet());
    }

    [Fact]
    public void A_repetition_penalty_makes_what_was_read_less_likely_whatever_its_sign()
    {
        var greedy = new Sampler(new() { Temperature = 0, RepetitionPenalty = 2 });

        Assert.Equal(1, greedy.Next([1f, 1.5f, -1f], new HashSet<int>()));
        Assert.Equal(0, greedy.Next([1f, 1.5f, -1f], new HashSet<int> { 1 }));
        Assert.Equal(0, greedy.Next([-1f, -0.9f, -3f], new HashSet<int> { 1 }));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.8)]
    public void Logits_that_are_not_finite_are_refused(double temperature) =>
        Assert.Throws<InvalidDataException>(() => new Sampler(new() { Temperature = temperature }).Next([0f, float.NaN]));

    [Fact]
    public void Tokens_come_as_often_as_their_probability_says()
    {
        var sampler = new Sampler(new() { Temperature = 1, Seed = 5 });
        var counts = Enumerable.Range(0, 20_000).Select(_ => sampler.Next([.. Logits])).CountBy(token => token).ToDictionary();

        Assert.Equal(0.4, counts[1] / 20_000.0, 0.02);
        Assert.Equal(0.1, counts[2] / 20_000.0, 0.02);
    }

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(Sequence(1), Sequence(1));
        Assert.NotEqual(Sequence(1), Sequence(2));

        static int[] Sequence(long seed)
        {
            var sampler = new Sampler(new() { Seed = seed, Temperature = 1 });
            return [.. Enumerable.Range(0, 40).Select(_ => sampler.Next([.. Logits]))];
        }
    }

    private static int[] Drawn(SamplingOptions options)
    {
        var sampler = new Sampler(options);
        return [.. Enumerable.Range(0, 500).Select(_ => sampler.Next([.. Logits])).Distinct().Order()];
    }
}
