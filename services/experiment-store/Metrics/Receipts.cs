using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>
/// When a series' points arrived, by the store's clock: a mark every hour or so, kept in the series' row, instead of a time in every point.
/// What the points say of their time is their sender's word, and may be a week old when they arrive.
/// </summary>
internal sealed class Receipts
{
    private const long Hour = 3600;

    // The marks of an age are this many times closer together than the age: few of them tell a year as well as a day.
    private const int MarksPerAge = 24;

    // Seconds since 1970, and a place in the order of arrival: the points before it had arrived by then, the others arrived since.
    private readonly List<(long At, long Seq)> marks = [];

    // When the newest arrived.
    private long last;

    /// <summary>The first place in the order of arrival whose point has not come of age yet, as far as was settled.</summary>
    public long Settled => marks.Count == 0 ? 0 : marks[0].Seq;

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

    /// <summary>Notes that points arrive.</summary>
    /// <param name="stored">What was noted before.</param>
    /// <param name="now">Microseconds since 1970.</param>
    /// <param name="seq">The first of the points' place in the order of arrival.</param>
    /// <param name="writer">Many series are noted at once.</param>
    public static byte[] Note(byte[]? stored, long now, long seq, PackedWriter writer)
    {
        // Up: a point must not look older than it is.
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

    /// <summary>The points before this place in the order of arrival have come of age: all of them had arrived by the cutoff.</summary>
    public long OfAge(long cutoff, long pointsStored)
    {
        var at = cutoff / 1_000_000;
        return last <= at ? pointsStored : marks.FindLast(mark => mark.At <= at).Seq;
    }

    /// <summary>Forgets when the points before a place arrived, all of them by the cutoff.</summary>
    public void Settle(long seq, long cutoff)
    {
        var from = marks.FindLastIndex(mark => mark.Seq <= seq);
        var at = from < 0 ? cutoff / 1_000_000 : marks[from].At;
        marks.RemoveRange(0, from + 1);
        marks.Insert(0, (at, seq));
    }

    /// <summary>The cutoff at which the next points come of age.</summary>
    /// <returns>Microseconds since 1970; null when none is left.</returns>
    public long? NextOfAge(long pointsStored) => Settled >= pointsStored ? null : (marks.Count > 1 ? marks[1].At : last) * 1_000_000;

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
