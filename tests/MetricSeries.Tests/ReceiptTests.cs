namespace Trainyard.MetricSeries.Tests;

/// <summary>
/// Receipts date points within an hour or a twenty-fourth of their age, and never report one as older than it is.
/// </summary>
public class ReceiptTests
{
    private const long Second = 1_000_000;
    private const long Hour = 3600 * Second;
    private const long Start = 1_772_625_600 * Second;

    [Theory]
    [InlineData(1, 200)]
    [InlineData(60, 3_000)]
    [InlineData(3600, 5_000)]
    [InlineData(86_400, 700)]
    public void Points_are_due_neither_early_nor_much_too_late(int everySeconds, int count)
    {
        byte[]? receipts = null;
        for (var seq = 0; seq < count; seq++)
        {
            receipts = Note(receipts, Start + (seq * everySeconds * Second), seq);
        }
        var end = Start + ((count - 1) * everySeconds * Second);

        for (var cutoff = Start - Hour; cutoff < end + (2 * Hour); cutoff += Math.Max(Hour / 7, (end - Start) / 50))
        {
            var ofAge = Receipts.Read(receipts).OfAge(cutoff, count);
            // All points below it had arrived, and it misses none that arrived earlier than the distance of two marks.
            Assert.True(ofAge == 0 || Start
                + ((ofAge - 1) * everySeconds * Second) <= cutoff, $"{ofAge} points are said to have arrived by {cutoff}.");
            var late = Math.Max(Hour, (end - Start) / 24) + ((everySeconds + 2) * Second);
            var certain = Math.Clamp(((cutoff - late - Start) / (everySeconds * Second)) + 1, 0, count);
            Assert.True(ofAge >= certain, $"{ofAge} points are of age at {cutoff}, not {certain}.");
        }
        Assert.InRange(receipts?.Length ?? 0, 1, 1200);
    }

    [Fact]
    public void Marks_of_compacted_points_are_dropped_and_the_next_due_time_is_known()
    {
        byte[]? stored = null;
        for (var hour = 0; hour < 30; hour++)
        {
            stored = Note(stored, Start + (hour * Hour), hour * 100);
        }
        var receipts = Receipts.Read(stored);
        var ofAge = receipts.OfAge(Start + (5 * Hour) + Second, 3_000);
        Assert.Equal(600, ofAge);

        receipts.Settle(ofAge, Start + (5 * Hour) + Second);
        receipts = Receipts.Read(receipts.Write(new PackedWriter()));

        Assert.Equal((600, Start + (6 * Hour) + Second), (receipts.Settled, receipts.NextOfAge(3_000)));
        Assert.Equal(3_000, receipts.OfAge(Start + (30 * Hour), 3_000));
        receipts.Settle(3_000, Start + (30 * Hour));
        Assert.Null(receipts.NextOfAge(3_000));
        Assert.Equal(
            3_000, Receipts.Read(Note(receipts.Write(new PackedWriter()), Start + (31 * Hour), 3_000)).OfAge(Start + (30 * Hour), 3_100));
    }

    [Fact]
    public void A_clock_that_goes_back_does_not_age_points()
    {
        var stored = Note(Note(Note(null, Start, 0), Start + (3 * Hour), 10), Start + Hour, 20);

        Assert.Equal(
            [10, 10, 30], ((long[])[Start + Hour + Second, Start + (3 * Hour), Start + (3 * Hour) + Second])
            .Select(cutoff => Receipts.Read(stored).OfAge(cutoff, 30)));
    }

    private static byte[] Note(byte[]? stored, long now, long seq) => Receipts.Note(stored, now, seq, new PackedWriter());
}
