namespace Trainyard.Tokenizers;

internal enum LineUse
{
    Skip,
    Train,
    HoldOut,
}

/// <summary>
/// Which lines train, which are held out and which are not read, as a pure function of seed and line number:
/// the same whatever the number of threads.
/// </summary>
internal sealed class LineSelection(long lines, long? sampleLines, double holdoutFraction, ulong seed)
{
    private readonly ulong _holdoutBelow = (ulong)(holdoutFraction * ulong.MaxValue);

    public bool SelectsAll => sampleLines is null && _holdoutBelow == 0;

    public LineUse Of(long line) =>
        !IsSampled(line) ? LineUse.Skip
        : _holdoutBelow > 0 && Hash(seed, (ulong)line) < _holdoutBelow ? LineUse.HoldOut
        : LineUse.Train;

    // Stratified: the lines are cut into as many equal stretches as there are samples, and one line of each is taken.
    private bool IsSampled(long line)
    {
        if (sampleLines is not { } samples || samples >= lines)
        {
            return true;
        }

        var stretch = (long)((UInt128)line * (ulong)samples / (ulong)lines);
        var (start, end) = (Start(stretch), Start(stretch + 1));
        return line == start + (long)(Hash(~seed, (ulong)stretch) % (ulong)(end - start));

        long Start(long index) => (long)((((UInt128)index * (ulong)lines) + (ulong)samples - 1) / (ulong)samples);
    }

    /// <summary>SplitMix64's finalizer over a seeded counter (Steele, Lea and Flood, 2014).</summary>
    private static ulong Hash(ulong seed, ulong index)
    {
        var value = seed + ((index + 1) * 0x9E3779B97F4A7C15);
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
