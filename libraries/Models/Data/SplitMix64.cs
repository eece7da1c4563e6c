namespace Trainyard.Models.Data;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every machine and version of .NET, from any seed.</summary>
public sealed class SplitMix64(ulong seed)
{
    private ulong state = seed;

    /// <summary>A seed that depends on every part and their order.</summary>
    public static ulong Mix(params ReadOnlySpan<ulong> parts)
    {
        ulong mixed = 0;
        foreach (var part in parts)
        {
            mixed = new SplitMix64(mixed ^ part).Next();
        }
        return mixed;
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 up to but not including <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>A number from 0 up to but not including 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
