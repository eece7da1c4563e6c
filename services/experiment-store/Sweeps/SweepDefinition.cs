using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Trainyard.Contracts;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>The definition of a sweep: the body of <c>POST /api/experiments/{id}/sweep</c>.</summary>
internal sealed record SweepDefinition
{
    /// <summary>The parameters by name.</summary>
    public Dictionary<string, ParameterDefinition> SearchSpace { get; init; } = [];

    /// <summary><c>grid</c>, <c>random</c> or <c>tpe</c>.</summary>
    [AllowedValues("grid", "random", "tpe")]
    public string Sampler { get; init; } = "tpe";

    /// <summary>The most trials; by default all points of a grid.</summary>
    [Range(1, SweepPlan.TrialLimit)]
    public int? MaxTrials { get; init; }

    /// <summary>Trials that run concurrently. It does not limit programs that ask for trials.</summary>
    [Range(1, 1000)]
    public int MaxConcurrent { get; init; } = 1;

    public ObjectiveDefinition? Objective { get; init; }

    /// <summary><c>minimize</c> or <c>maximize</c>.</summary>
    [AllowedValues("minimize", "maximize")]
    public string Direction { get; init; } = "minimize";

    /// <summary>The same seed yields the same points; random when omitted.</summary>
    public long? Seed { get; init; }

    public PrunerDefinition? Pruner { get; init; }

    /// <summary><c>own</c>, <c>external</c> for programs that ask for trials, or the name of a registered trainer.</summary>
    public string Trainer { get; init; } = Sweep.Own;

    /// <summary>The hyperparameters all trials share: a training config for Trainyard's own trainer, any object for others.</summary>
    public JsonElement? Base { get; init; }
}

/// <summary>The values that a hyperparameter of a search space can have.</summary>
/// <param name="Type"><c>choice</c>, <c>uniform</c>, <c>log_uniform</c> or <c>int</c>.</param>
/// <param name="Values">The options of a choice: text, numbers, true, false or null.</param>
/// <param name="Min">The minimum.</param>
/// <param name="Max">The maximum.</param>
/// <param name="Step">For int: the distance between values; 1 by default.</param>
/// <param name="Log">For int: whether to sample on a log scale.</param>
/// <param name="Points">Number of grid points in the range; the grid sampler requires it for uniform and log_uniform.</param>
internal sealed record ParameterDefinition(
    string? Type, JsonElement[]? Values, double? Min, double? Max, double? Step, bool? Log,
    [property: Range(1, SearchSpaceReader.MaxPoints)] int? Points);

/// <summary>What a sweep improves: a statistic of a metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Stat"><c>last</c>, <c>min</c>, <c>max</c> or <c>mean</c> of its curve.</param>
internal sealed record ObjectiveDefinition(string? Metric, string? Stat);

/// <summary>When to stop trials that do worse than others.</summary>
/// <param name="Type"><c>median</c>.</param>
/// <param name="WarmupSteps">Steps before which no trial is pruned.</param>
/// <param name="MinTrials">Completed trials required before any is pruned; 5 by default.</param>
/// <param name="Interval">Steps between two checks; 1 by default.</param>
internal sealed record PrunerDefinition(
    [property: AllowedValues("median")] string? Type,
    [property: Range(0, WholeNumber.Max)] long? WarmupSteps,
    [property: Range(1, SweepPlan.TrialLimit)] int? MinTrials,
    [property: Range(1, WholeNumber.Max)] long? Interval);
