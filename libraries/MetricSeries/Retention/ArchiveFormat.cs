using System.IO.Compression;

namespace Trainyard.MetricSeries.Retention;

/// <summary>
/// Minutes in columns, integers delta-encoded, compressed with Brotli. Columns place similar values next to each other, which compresses
/// better.
/// </summary>
public static class ArchiveFormat
{
    private const byte Version = 1;
    private const int Quality = 5;
    private const int Window = 22;

    /// <summary>Packs minutes of one series, in their order.</summary>
    public static byte[] Write(IReadOnlyList<MinuteSummary> minutes)
    {
        var writer = new PackedWriter();
        writer.Whole(minutes.Count);
        Wholes(minute => minute.Minute);
        Wholes(minute => minute.Attempt);
        Wholes(minute => minute.Replaced ? 1 : 0);
        Wholes(minute => minute.LastStep);
        Wholes(minute => minute.LastStep - minute.FirstStep);
        Wholes(minute => minute.LastSeq);
        Wholes(minute => minute.LastTime);
        Wholes(minute => minute.Count);
        Wholes(minute => minute.NanCount);
        Wholes(minute => minute.InfiniteCount);
        Wholes(minute => minute.LastValue is null ? 0 : 1);
        Reals(minute => minute.LastValue);
        Wholes(minute => minute.Min is null ? 0 : 1);
        Reals(minute => minute.Min);
        Wholes(minute => minute.LastStep - (minute.MinStep ?? minute.LastStep));
        Reals(minute => minute.Max);
        Wholes(minute => minute.LastStep - (minute.MaxStep ?? minute.LastStep));
        Reals(minute => minute.Total);

        var packed = new byte[1 + BrotliEncoder.GetMaxCompressedLength(writer.Written.Length)];
        packed[0] = Version;
        return BrotliEncoder.TryCompress(writer.Written, packed.AsSpan(1), out var length, Quality, Window)
            ? packed[..(1 + length)]
            : throw new InvalidOperationException("The compressed archive exceeds Brotli's maximum length.");

        void Wholes(Func<MinuteSummary, long> column)
        {
            var before = 0L;
            foreach (var minute in minutes)
            {
                var value = column(minute);
                writer.Whole(value - before);
                before = value;
            }
        }

        void Reals(Func<MinuteSummary, double?> column)
        {
            foreach (var value in minutes.Select(column).OfType<double>())
            {
                writer.Real(value);
            }
        }
    }

    /// <summary>Reads packed minutes.</summary>
    /// <exception cref="InvalidDataException">A later version has written them, or they are damaged.</exception>
    public static List<MinuteSummary> Read(long seriesId, byte[] data)
    {
        if (data[0] != Version)
        {
            throw new InvalidDataException(
                $"Series {seriesId} has an archive of version {data[0]}, but this program reads only {Version}. Update Trainyard.");
        }
        using var unpacked = new MemoryStream();
        using (var brotli = new BrotliStream(new MemoryStream(data, 1, data.Length - 1), CompressionMode.Decompress))
        {
            brotli.CopyTo(unpacked);
        }
        var reader = new PackedReader(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length));
        var count = (int)reader.Whole();
        var (minute, attempt, replaced) = (Wholes(ref reader, count), Wholes(ref reader, count), Wholes(ref reader, count));
        var (lastStep, length) = (Wholes(ref reader, count), Wholes(ref reader, count));
        var (lastSeq, lastTime) = (Wholes(ref reader, count), Wholes(ref reader, count));
        var (points, nan, infinite) = (Wholes(ref reader, count), Wholes(ref reader, count), Wholes(ref reader, count));
        var last = Reals(ref reader, Wholes(ref reader, count));
        var finite = Wholes(ref reader, count);
        var min = Reals(ref reader, finite);
        var minBack = Wholes(ref reader, count);
        var max = Reals(ref reader, finite);
        var maxBack = Wholes(ref reader, count);
        var total = Reals(ref reader, Array.ConvertAll(finite, _ => 1L));
        return [.. Enumerable.Range(0, count).Select(index => new MinuteSummary
        {
            SeriesId = seriesId,
            Minute = minute[index],
            Attempt = (int)attempt[index],
            Replaced = replaced[index] == 1,
            FirstStep = lastStep[index] - length[index],
            LastStep = lastStep[index],
            LastSeq = lastSeq[index],
            LastTime = lastTime[index],
            LastValue = last[index],
            Count = points[index],
            NanCount = nan[index],
            InfiniteCount = infinite[index],
            Min = min[index],
            MinStep = min[index] is null ? null : lastStep[index] - minBack[index],
            Max = max[index],
            MaxStep = max[index] is null ? null : lastStep[index] - maxBack[index],
            Total = total[index] ?? 0,
        })];
    }

    private static long[] Wholes(ref PackedReader reader, int count)
    {
        var column = new long[count];
        var before = 0L;
        for (var index = 0; index < count; index++)
        {
            column[index] = before += reader.Whole();
        }
        return column;
    }

    /// <summary>Reads a column whose values exist where <paramref name="present"/> is 1.</summary>
    private static double?[] Reals(ref PackedReader reader, long[] present)
    {
        var column = new double?[present.Length];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = present[index] == 0 ? null : reader.Real();
        }
        return column;
    }
}
