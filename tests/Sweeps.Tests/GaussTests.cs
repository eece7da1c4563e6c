namespace Trainyard.Sweeps.Tests;

public class GaussTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-1.96, 0.024997895148220435)]
    [InlineData(-2.999, 0.0013543475)]
    [InlineData(-3.001, 0.0013454737)]
    [InlineData(-8, 6.220960574271785e-16)]
    [InlineData(-50, 0)]
    public void Probabilities_are_those_of_the_tables(double x, double probability) =>
        Assert.InRange(Gauss.Cumulative(x), probability * (1 - 1e-5), probability * (1 + 1e-5));
}
