using Trainyard.ExperimentStore.Events;

namespace Trainyard.ExperimentStore.Tests.Events;

public class SequenceSetTests
{
    [Fact]
    public void Behaves_as_a_set_whatever_the_order()
    {
        var random = new Random(1);
        var reference = new HashSet<long>();
        var set = new SequenceSet();

        for (var round = 0; round < 20_000; round++)
        {
            var number = (long)random.Next(3000);
            Assert.Equal(reference.Add(number), set.Add(number));
            if (round % 100 == 0)
            {
                set = SequenceSet.Parse(set.ToString());
            }
        }
    }

    [Fact]
    public void Is_one_range_for_a_client_that_counts()
    {
        var set = new SequenceSet();
        foreach (var number in (long[])[3, 1, 0, 2, 5, 4])
        {
            Assert.True(set.Add(number));
        }

        Assert.Equal("0-5", set.ToString());
    }

    [Fact]
    public void Stays_bounded_when_a_client_counts_in_twos()
    {
        var set = new SequenceSet();
        for (var number = 0L; number < 4 * SequenceSet.MostRanges; number += 2)
        {
            Assert.True(set.Add(number));
        }

        Assert.Equal(SequenceSet.MostRanges, set.ToString().Count(character => character == ',') + 1);
        Assert.False(set.Add(0));
        Assert.True(set.Add(999_999_999_999_999_999));
    }
}
