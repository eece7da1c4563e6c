namespace Trainyard.RunFilters;

/// <summary>What a clause compares, or an order sorts by.</summary>
public abstract record Field
{
    /// <summary>The field as a filter names it.</summary>
    public abstract override string ToString();

    private protected static string Quoted(string key) => $"`{key.Replace("`", "``", StringComparison.Ordinal)}`";
}

/// <summary>A statistic of a metric's curve.</summary>
public enum Statistic
{
    /// <summary>The last value.</summary>
    Last,

    /// <summary>The smallest finite value.</summary>
    Min,

    /// <summary>The largest finite value.</summary>
    Max,

    /// <summary>The number of values.</summary>
    Count,

    /// <summary>The number of values that are NaN.</summary>
    NanCount,

    /// <summary>The number of values that are infinite.</summary>
    InfiniteCount,

    /// <summary>The step of the last value.</summary>
    LastStep,

    /// <summary>The step of the smallest value.</summary>
    MinStep,

    /// <summary>The step of the largest value.</summary>
    MaxStep,
}

/// <summary>A statistic of a metric: <c>metrics.loss</c> is the last value, <c>min(metrics.loss)</c> the smallest.</summary>
/// <param name="Name">The name of the metric.</param>
/// <param name="Statistic">The statistic that is compared.</param>
public sealed record MetricField(string Name, Statistic Statistic) : Field
{
    /// <summary>The statistics by their names in a filter.</summary>
    public static IReadOnlyDictionary<string, Statistic> Statistics { get; } =
        new Dictionary<string, Statistic>(StringComparer.OrdinalIgnoreCase)
        {
            ["last"] = Statistic.Last,
            ["min"] = Statistic.Min,
            ["max"] = Statistic.Max,
            ["count"] = Statistic.Count,
            ["nan_count"] = Statistic.NanCount,
            ["infinite_count"] = Statistic.InfiniteCount,
            ["last_step"] = Statistic.LastStep,
            ["min_step"] = Statistic.MinStep,
            ["max_step"] = Statistic.MaxStep,
        };

    /// <inheritdoc/>
    public override string ToString() => Statistic is Statistic.Last
        ? $"metrics.{Quoted(Name)}"
        : $"{Statistics.First(known => known.Value == Statistic).Key}(metrics.{Quoted(Name)})";
}

/// <summary>A hyperparameter: <c>params.lr</c>.</summary>
/// <param name="Name">The name of the parameter; dots separate nested keys.</param>
/// <param name="Literal">Whether the name was quoted: a literal dotted key then takes precedence over nested keys.</param>
public sealed record ParamField(string Name, bool Literal = false) : Field
{
    /// <inheritdoc/>
    public override string ToString() => !Literal && Name.Contains('.', StringComparison.Ordinal) && FilterText.IsBare(Name)
        ? $"params.{Name}"
        : $"params.{Quoted(Name)}";
}

/// <summary>A tag: <c>tags.team</c>.</summary>
/// <param name="Name">The name of the tag.</param>
public sealed record TagField(string Name) : Field
{
    /// <inheritdoc/>
    public override string ToString() => $"tags.{Quoted(Name)}";
}

/// <summary>An attribute of the run itself: <c>attributes.status</c>.</summary>
/// <param name="Attribute">The attribute.</param>
public sealed record AttributeField(RunAttribute Attribute) : Field
{
    /// <inheritdoc/>
    public override string ToString() => $"attributes.{Attribute.Name}";
}
