
namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>What a clause compares, or an order sorts by.</summary>
internal abstract record Field
{
    public abstract override string ToString();

    protected static string Quoted(string key) => $"`{key.Replace("`", "``", StringComparison.Ordinal)}`";
}

/// <summary>A statistic of a metric's curve.</summary>
internal enum Statistic
{
    Last,
    Min,
    Max,
    Count,
    NanCount,
    InfiniteCount,
    LastStep,
    MinStep,
    MaxStep,
}

internal sealed record MetricField(string Name, Statistic Statistic) : Field
{
    /// <summary>The statistics by their names in a filter, which are also their columns in <c>series</c>.</summary>
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

    public override string ToString() => Statistic is Statistic.Last
        ? $"metrics.{Quoted(Name)}"
        : $"{Statistics.First(known => known.Value == Statistic).Key}(metrics.{Quoted(Name)})";
}

/// <param name="Name">The name of the parameter.</param>
/// <param name="Literal">Whether the name was quoted: a literal dotted key then takes precedence over nested keys.</param>
internal sealed record ParamField(string Name, bool Literal = false) : Field
{
    public override string ToString() => !Literal && Name.Contains('.', StringComparison.Ordinal) && FilterText.IsBare(Name)
        ? $"params.{Name}"
        : $"params.{Quoted(Name)}";
}

internal sealed record TagField(string Name) : Field
{
    public override string ToString() => $"tags.{Quoted(Name)}";
}

internal sealed record AttributeField(RunAttribute Attribute) : Field
{
    public override string ToString() => $"attributes.{Attribute.Name}";
}
