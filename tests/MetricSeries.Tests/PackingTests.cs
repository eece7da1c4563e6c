namespace Trainyard.MetricSeries.Tests;

public class PackingTests
{
    [Fact]
    public void Numbers_are_read_as_they_were_written()
    {
        long[] wholes = [0, 1, -1, 63, -64, 64, 1L << 53, -(1L << 53), long.MaxValue, long.MinValue];
        double[] reals = [0, -0.0, double.NaN, double.PositiveInfinity, double.Epsilon, double.MaxValue];
        var writer = new PackedWriter();
        foreach (var number in wholes)
        {
            writer.Whole(number);
        }
        foreach (var number in reals)
        {
            writer.Real(number);
        }

        var reader = new PackedReader(writer.Written);
        foreach (var number in wholes)
        {
            Assert.Equal(number, reader.Whole());
        }
        foreach (var number in reals)
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(reader.Real()));
        }
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-64, 1)]
    [InlineData(64, 2)]
    [InlineData(long.MinValue, 10)]
    public void A_small_number_takes_one_byte(long number, int bytes)
    {
        var writer = new PackedWriter();
        writer.Whole(number);

        Assert.Equal(bytes, writer.Written.Length);
    }
}
