namespace Trainyard.RunFilters;

/// <summary>Limits on a filter, so that parsing and evaluating one costs little. Lengths are in UTF-16 units.</summary>
public sealed record FilterLimits
{
    /// <summary>The limits that apply when none are given.</summary>
    public static FilterLimits Default { get; } = new();

    /// <summary>Maximum length of the whole text.</summary>
    public int Characters { get; init; } = 10_000;

    /// <summary>Maximum number of clauses.</summary>
    public int Clauses { get; init; } = 100;

    /// <summary>Maximum number of values in all clauses together.</summary>
    public int Values { get; init; } = 1000;

    /// <summary>Maximum depth of parentheses and NOT.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>Maximum length of a metric's name.</summary>
    public int MetricName { get; init; } = 250;

    /// <summary>Maximum length of a parameter's name.</summary>
    public int ParamName { get; init; } = 250;

    /// <summary>Maximum length of a tag's name.</summary>
    public int TagName { get; init; } = 250;
}
