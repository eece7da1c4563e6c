using Trainyard.ExperimentStore.Transfer.Importing;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

public class SequenceSetTests
{
    [Fact]
    public void Behaves_as_a_set_whatever_the_order()
    {
        var random = new Random(1);
        var reference = new HashSet<long>();
        var set = new SequenceSet(maxRanges: 5000);

        for (var round = 0; round < 20_000; round++)
        {
            var number = (long)random.Next(3000);
            Assert.Equal(reference.Add(number), set.Add(number));
            if (round % 100 == 0)
            {
                set = SequenceSet.Parse(set.ToString(), maxRanges: 5000);
            }
        }
    }

    [Fact]
    public void Is_one_range_for_a_client_that_counts()
    {
        var set = new SequenceSet(maxRanges: 5000);
        foreach (var number in (long[])[3, 1, 0, 2, 5, 4])
        {
            Assert.True(set.Add(number));
        }

        Assert.Equal("0-5", set.ToString());
    }

    [Fact]
    public void Refuses_one_range_too_many_and_closes_no_gap()
    {
        var set = new SequenceSet(maxRanges: 100);
        for (var number = 0L; number < 200; number += 2)
        {
            Assert.True(set.Add(number));
        }

        Assert.Throws<InvalidOperationException>(() => set.Add(999_999_999_999_999_999));
        Assert.False(set.Add(0));
        Assert.True(set.Add(1));
        Assert.True(set.Add(999_999_999_999_999_999));
    }
}
