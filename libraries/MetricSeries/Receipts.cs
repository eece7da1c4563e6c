namespace Trainyard.MetricSeries;

/// <summary>
/// When a series' points arrived, by the store's clock. Stored as about one mark per hour in the series' row instead of a time per point.
/// The points' own times come from their sender and may be a week old on arrival.
/// </summary>
public sealed class Receipts
{
    private const long Hour = 3600;

    // Marks are spaced by their age divided by this, so that few of them cover a year as well as a day.
    private const int MarksPerAge = 24;

    // Seconds since 1970, and a sequence number. Points below it had arrived by then; the others arrived later.
    private readonly List<(long At, long Seq)> marks = [];

    // When the newest point arrived.
    private long last;

    /// <summary>All points below this sequence number have been compacted.</summary>
    public long Settled => marks.Count == 0 ? 0 : marks[0].Seq;

    /// <summary>Reads stored receipts; null stands for a series without points.</summary>
    public static Receipts Read(byte[]? stored)
    {
        var receipts = new Receipts();
        if (stored is null)
        {
            return receipts;
        }
        var reader = new PackedReader(stored);
        receipts.last = reader.Whole();
        for (var (at, seq) = (0L, 0L); !reader.AtEnd;)
        {
            (at, seq) = (at + reader.Whole(), seq + reader.Whole());
            receipts.marks.Add((at, seq));
        }
        return receipts;
    }

    /// <summary>Records the arrival of points.</summary>
    /// <param name="stored">The stored receipts.</param>
    /// <param name="now">Microseconds since 1970.</param>
    /// <param name="seq">Sequence number of the first point.</param>
    /// <param name="writer">A buffer that callers reuse for many series.</param>
    public static byte[] Note(byte[]? stored, long now, long seq, PackedWriter writer)
    {
        // Round up: a point must not look older than it is.
        var at = (now / 1_000_000) + 1;
        if (stored is not null && new PackedReader(stored).Whole() == at)
        {
            return stored;
        }
        var receipts = Read(stored);
        if (receipts.marks is not [var first, ..])
        {
            receipts.marks.Add((at, seq));
        }
        else if (at - receipts.marks[^1].At >= Math.Max(Hour, (at - first.At) / MarksPerAge))
        {
            receipts.marks.Add((receipts.last, seq));
        }
        receipts.last = Math.Max(receipts.last, at);
        return receipts.Write(writer);
    }

    /// <summary>A sequence number below which all points had arrived by the cutoff.</summary>
    /// <param name="cutoff">Microseconds since 1970.</param>
    /// <param name="pointsStored">The number of points the series ever had.</param>
    public long OfAge(long cutoff, long pointsStored)
    {
        var at = cutoff / 1_000_000;
        return last <= at ? pointsStored : marks.FindLast(mark => mark.At <= at).Seq;
    }

    /// <summary>Drops the marks of compacted points, all of which arrived by the cutoff.</summary>
    /// <param name="seq">All points below this sequence number are compacted.</param>
    /// <param name="cutoff">Microseconds since 1970.</param>
    public void Settle(long seq, long cutoff)
    {
        var from = marks.FindLastIndex(mark => mark.Seq <= seq);
        var at = from < 0 ? cutoff / 1_000_000 : marks[from].At;
        marks.RemoveRange(0, from + 1);
        marks.Insert(0, (at, seq));
    }

    /// <summary>The earliest cutoff at which further points are due.</summary>
    /// <param name="pointsStored">The number of points the series ever had.</param>
    /// <returns>Microseconds since 1970; null if no points are left.</returns>
    public long? NextOfAge(long pointsStored) => Settled >= pointsStored ? null : (marks.Count > 1 ? marks[1].At : last) * 1_000_000;

    /// <summary>Packs the receipts.</summary>
    /// <param name="writer">A buffer that callers reuse for many series.</param>
    public byte[] Write(PackedWriter writer)
    {
        writer.Clear();
        writer.Whole(last);
        var before = (At: 0L, Seq: 0L);
        foreach (var mark in marks)
        {
            writer.Whole(mark.At - before.At);
            writer.Whole(mark.Seq - before.Seq);
            before = mark;
        }
        return writer.Written.ToArray();
    }
}
