using System.Globalization;

namespace Trainyard.Sweeps;

/// <summary>
/// One dimension of a <see cref="SearchSpace"/>. A point of the space holds one coordinate per parameter: the value of a number,
/// the index of an option.
/// </summary>
/// <param name="Name">What the parameter is called.</param>
public abstract record Parameter(string Name)
{
    /// <summary>How many values a grid takes of it; null when it was not said into how many points a range is cut.</summary>
    public abstract long? GridSize { get; }

    /// <summary>The value of the grid at an index from 0 to <see cref="GridSize"/> - 1.</summary>
    public abstract double GridPoint(long index);

    /// <summary>The value at a share, from 0 up to but not including 1, of its prior: uniform on its own scale.</summary>
    public abstract double At(double share);
}

/// <summary>One of several options without an order.</summary>
/// <param name="Name">What the parameter is called.</param>
/// <param name="Options">The options, opaque to a sampler; at least one.</param>
public sealed record Choice(string Name, IReadOnlyList<string> Options) : Parameter(Name)
{
    /// <inheritdoc/>
    public override long? GridSize => Options.Count;

    /// <inheritdoc/>
    public override double GridPoint(long index) => index;

    /// <inheritdoc/>
    public override double At(double share) => Math.Floor(share * Options.Count);
}

/// <summary>A number between two others.</summary>
/// <param name="Name">What the parameter is called.</param>
/// <param name="Low">The least value; above 0 when <paramref name="Log"/>.</param>
/// <param name="High">The greatest value, not below <paramref name="Low"/>.</param>
/// <param name="Log">Whether it varies by factors rather than by differences.</param>
/// <param name="Points">Into how many points a grid cuts it, evenly on its scale.</param>
public sealed record Real(string Name, double Low, double High, bool Log = false, int? Points = null) : Parameter(Name)
{
    /// <inheritdoc/>
    public override long? GridSize => Points is not null && Low == High ? 1 : Points;

    /// <inheritdoc/>
    public override double GridPoint(long index) => Points switch
    {
        > 1 when index == 0 => Low,
        > 1 and { } points when index == points - 1 => High,
        > 1 and { } points => Rounded(Cut(index, points - 1)),
        _ => Rounded(Cut(1, 2)),
    };

    /// <inheritdoc/>
    public override double At(double share) => Between(share);

    /// <summary>The value at a fraction of the range. Powers of ten are exact, so that a grid over decades has them.</summary>
    private double Cut(long numerator, int denominator) => Log
        ? Low * Math.Pow(10, Math.Log10(High / Low) * numerator / denominator)
        : Low + ((High - Low) * numerator / denominator);

    /// <summary>To the digits that every number of them keeps, so that 0.001 is the same however it was reckoned.</summary>
    private double Rounded(double value)
    {
        const string Digits = "E14";
        return Math.Clamp(double.Parse(value.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), Low, High);
    }

    private double Between(double share) => Math.Clamp(
        Log ? Math.Exp(Math.Log(Low) + share * (Math.Log(High) - Math.Log(Low))) : Low + share * (High - Low), Low, High);
}

/// <summary>
/// A whole number: <paramref name="Low"/>, <paramref name="Low"/> + <paramref name="Step"/>, and so on up to <paramref name="High"/>.
/// </summary>
/// <param name="Name">What the parameter is called.</param>
/// <param name="Low">The least value; above 0 when <paramref name="Log"/>.</param>
/// <param name="High">The greatest value, not below <paramref name="Low"/>; both within ±2^53.</param>
/// <param name="Log">Whether it varies by factors; then <paramref name="Step"/> is 1.</param>
/// <param name="Step">The distance of neighbours, from 1.</param>
/// <param name="Points">Into how many points a grid cuts it, fewer when some round to the same number; every number when null.</param>
public sealed record Whole(string Name, long Low, long High, bool Log = false, long Step = 1, int? Points = null) : Parameter(Name)
{
    /// <summary>How many values it has.</summary>
    public long Count => (High - Low) / Step + 1;

    /// <summary>The greatest value a step leads to.</summary>
    public long Last => Low + (Count - 1) * Step;

    /// <inheritdoc/>
    public override long? GridSize => Points is null ? Count : Cut().Length;

    /// <inheritdoc/>
    public override double GridPoint(long index) => Points is null ? Low + index * Step : Cut()[index];

    /// <inheritdoc/>
    public override double At(double share) => Log
        ? Nearest(Math.Exp(Math.Log(Low - 0.5) + share * (Math.Log(High + 0.5) - Math.Log(Low - 0.5))))
        : Low + Math.Min((long)(share * Count), Count - 1) * Step;

    /// <summary>The value nearest to a number.</summary>
    public double Nearest(double number) => Math.Clamp(Low + Math.Round((number - Low) / Step) * Step, Low, Last);

    private long[] Cut()
    {
        var range = new Real(Name, Low, Last, Log, Points);
        return [.. Enumerable.Range(0, Points ?? 1).Select(index => (long)Nearest(range.GridPoint(index))).Distinct()];
    }
}
