using System.Globalization;

namespace Trainyard.Bench.Training.Speed;

/// <summary>A model and a batch whose steps are timed.</summary>
internal sealed record SpeedRow(
    string Name, int Layers, int Heads, int Dim, int Vocabulary, int Batch, int Length, int Accumulation = 1, double Dropout = 0)
{
    /// <summary>How many steps a process takes; the first two are not counted.</summary>
    public required int Steps { get; init; }

    public static IReadOnlyList<SpeedRow> All { get; } =
    [
        new("tiny", 4, 4, 128, 4096, 16, 128) { Steps = 22 },
        new("tiny-dropout", 4, 4, 128, 4096, 16, 128, Dropout: 0.1) { Steps = 22 },
        new("124m", 12, 12, 768, 50257, 4, 64) { Steps = 6 },
        new("124m-512", 12, 12, 768, 50257, 1, 512) { Steps = 5 },
        new("124m-accumulation", 12, 12, 768, 50257, 4, 64, Accumulation: 4, Dropout: 0.1) { Steps = 4 },
    ];

    /// <summary>Multiply-adds of a step, twice: 6 for each weight of a product and token, and the attention.</summary>
    public double Flops
    {
        get
        {
            var weights = (12.0 * Layers * Dim * Dim) + ((double)Vocabulary * Dim);
            var tokens = (double)Batch * Length * Accumulation;
            return (6 * weights * tokens) + (12.0 * Layers * Dim * Length * tokens);
        }
    }

    /// <summary>As options of a command.</summary>
    public IEnumerable<string> Options =>
    [
        "--layers", Text(Layers), "--heads", Text(Heads), "--dim", Text(Dim), "--vocabulary", Text(Vocabulary), "--batch", Text(Batch),
        "--length", Text(Length), "--accumulation", Text(Accumulation), "--steps", Text(Steps), "--dropout", Text(Dropout),
    ];

    public static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
