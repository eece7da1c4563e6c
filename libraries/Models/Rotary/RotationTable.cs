using Trainyard.Models.Compute;
using static TorchSharp.torch;

namespace Trainyard.Models.Rotary;

/// <summary>Cosines and sines of consecutive positions.</summary>
/// <param name="Cosine">float32, (positions, width of a head).</param>
/// <param name="Sine">float32, (positions, width of a head), the first half negated.</param>
internal sealed record Rotation(Tensor Cosine, Tensor Sine)
{
    /// <summary>Rotates heads by their positions.</summary>
    /// <param name="x">(..., positions, width of a head).</param>
    public Tensor Of(Tensor x) => (x * Cosine).Plus(x.roll(x.shape[^1] / 2, -1) * Sine);
}

/// <summary>The rotations of all positions read so far. Grows to the longest sequence, not to the context.</summary>
/// <param name="frequencies">Radians per position of each pair.</param>
internal sealed class RotationTable(float[] frequencies) : IDisposable
{
    private readonly Lock gate = new();
    private Rotation? table;

    /// <summary>The rotations of positions from <paramref name="start"/> on, which belong to the current dispose scope.</summary>
    public Rotation For(long start, long length)
    {
        lock (gate)
        {
            var needed = start + length;
            if (table is null || table.Cosine.shape[0] < needed)
            {
                var grown = Create(Math.Max(needed, 2 * (table?.Cosine.shape[0] ?? 0)));
                Dispose();
                table = grown;
            }
            return new(table.Cosine.narrow(0, start, length), table.Sine.narrow(0, start, length));
        }
    }

    public void Dispose()
    {
        table?.Cosine.Dispose();
        table?.Sine.Dispose();
    }

    private Rotation Create(long positions)
    {
        var (half, width) = (frequencies.Length, 2 * frequencies.Length);
        var (cosines, sines) = (new float[positions * width], new float[positions * width]);
        for (var position = 0; position < positions; position++)
        {
            for (var pair = 0; pair < half; pair++)
            {
                // As in transformers, the angle is rounded to float32.
                var (sine, cosine) = Math.SinCos((float)(position * frequencies[pair]));
                var place = (position * width) + pair;
                cosines[place] = cosines[place + half] = (float)cosine;
                sines[place] = -(float)sine;
                sines[place + half] = (float)sine;
            }
        }
        return new(
            tensor(cosines, [positions, width]).DetachFromDisposeScope(), tensor(sines, [positions, width]).DetachFromDisposeScope());
    }
}
