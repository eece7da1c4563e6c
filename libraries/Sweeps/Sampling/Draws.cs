namespace Trainyard.Sweeps;

/// <summary>
/// Random numbers of one trial: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
/// </summary>
internal sealed class Draws
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong state;

    public Draws(long seed, long number) =>
        state = Mix(unchecked((ulong)seed + Golden)) ^ Mix(unchecked((ulong)number * 0xD1342543DE82EF95 + 1));

    /// <summary>From 0 up to but not including 1.</summary>
    public double Share() => (Mix(unchecked(state += Golden)) >> 11) * (1.0 / (1L << 53));

    public int Index(int count) => (int)(Share() * count);

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Share())) * Math.Cos(2 * Math.PI * Share());

    private static ulong Mix(ulong bits)
    {
        bits = unchecked((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9);
        bits = unchecked((bits ^ (bits >> 27)) * 0x94D049BB133111EB);
        return bits ^ (bits >> 31);
    }
}
