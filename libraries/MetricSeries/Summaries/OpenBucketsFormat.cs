namespace Trainyard.MetricSeries.Summaries;

/// <summary>Serializes open buckets, about 50 bytes per level.</summary>
public static class OpenBucketsFormat
{
    private const byte Version = 1;
    private const int HasFinite = 1;
    private const int LastIsNan = 2;

    /// <summary>Packs the buckets.</summary>
    /// <param name="open">The buckets. Those still packed are copied.</param>
    /// <param name="writer">A buffer that callers reuse for many series.</param>
    public static byte[] Write(OpenBuckets open, PackedWriter writer)
    {
        writer.Clear();
        writer.Bytes([Version]);
        writer.Whole(open.FinestLevel);
        var (buckets, packed) = open.Parts;
        foreach (var bucket in buckets)
        {
            Write(bucket, writer);
        }
        writer.Bytes(packed.Span);
        return writer.Written.ToArray();
    }

    /// <summary>Reads the finest bucket; the others stay packed until they are needed.</summary>
    /// <exception cref="InvalidDataException">A later version has written them.</exception>
    public static OpenBuckets Read(long seriesId, byte[] bytes)
    {
        if (bytes[0] != Version)
        {
            throw new InvalidDataException(
                $"Series {seriesId} has open buckets of version {bytes[0]}, but this program reads only {Version}. Update Trainyard.");
        }
        var reader = new PackedReader(bytes.AsSpan(1));
        var level = (int)reader.Whole();
        var finest = Read(ref reader, seriesId, level);
        return new(seriesId, level, [finest], bytes.AsMemory(bytes.Length - reader.Rest.Length));
    }

    /// <summary>Appends the packed buckets to <paramref name="buckets"/>.</summary>
    internal static void Unpack(OpenBuckets open, ReadOnlySpan<byte> packed, List<BucketSummary> buckets)
    {
        var reader = new PackedReader(packed);
        while (!reader.AtEnd)
        {
            buckets.Add(Read(ref reader, open.SeriesId, open.FinestLevel + buckets.Count));
        }
    }

    private static void Write(BucketSummary bucket, PackedWriter writer)
    {
        writer.Whole((bucket.Min is null ? 0 : HasFinite) | (bucket.LastValue is null ? LastIsNan : 0));
        writer.Whole(bucket.Attempt);
        writer.Whole(bucket.LastStep);
        writer.Whole(bucket.LastStep - bucket.FirstStep);
        writer.Whole(bucket.LastSeq);
        writer.Whole(bucket.LastTime);
        writer.Whole(bucket.Count);
        writer.Whole(bucket.NanCount);
        writer.Whole(bucket.InfiniteCount);
        if (bucket.LastValue is { } last)
        {
            writer.Real(last);
        }
        if (bucket is { Min: { } min, MinStep: { } minStep, Max: { } max, MaxStep: { } maxStep })
        {
            writer.Real(min);
            writer.Whole(bucket.LastStep - minStep);
            writer.Real(max);
            writer.Whole(bucket.LastStep - maxStep);
            writer.Real(bucket.Total);
        }
    }

    private static BucketSummary Read(ref PackedReader reader, long seriesId, int level)
    {
        var flags = reader.Whole();
        var attempt = (int)reader.Whole();
        var lastStep = reader.Whole();
        var bucket = BucketSummary.At(seriesId, level, attempt, lastStep);
        bucket.LastStep = lastStep;
        bucket.FirstStep = lastStep - reader.Whole();
        bucket.LastSeq = reader.Whole();
        bucket.LastTime = reader.Whole();
        bucket.Count = reader.Whole();
        bucket.NanCount = reader.Whole();
        bucket.InfiniteCount = reader.Whole();
        bucket.LastValue = (flags & LastIsNan) != 0 ? null : reader.Real();
        if ((flags & HasFinite) != 0)
        {
            bucket.Min = reader.Real();
            bucket.MinStep = lastStep - reader.Whole();
            bucket.Max = reader.Real();
            bucket.MaxStep = lastStep - reader.Whole();
            bucket.Total = reader.Real();
        }
        return bucket;
    }
}
