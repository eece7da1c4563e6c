using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>What a sweep tries, how, and towards what: the body of <c>POST /api/experiments/{id}/sweep</c>.</summary>
internal sealed record SweepDefinition
{
    /// <summary>The parameters by name.</summary>
    public Dictionary<string, ParameterDefinition> SearchSpace { get; init; } = [];

    /// <summary><c>grid</c>, <c>random</c> or <c>tpe</c>.</summary>
    [AllowedValues("grid", "random", "tpe")]
    public string Sampler { get; init; } = "tpe";

    /// <summary>Trials at most; all points of a grid when left out.</summary>
    [Range(1, SweepPlan.TrialLimit)]
    public int? MaxTrials { get; init; }

    /// <summary>Trials that run side by side. Trials that are asked for are not counted: whoever asks decides.</summary>
    [Range(1, 1000)]
    public int MaxConcurrent { get; init; } = 1;

    public ObjectiveDefinition? Objective { get; init; }

    /// <summary><c>minimize</c> or <c>maximize</c>.</summary>
    [AllowedValues("minimize", "maximize")]
    public string Direction { get; init; } = "minimize";

    /// <summary>The same seed tries the same points; made when left out.</summary>
    public long? Seed { get; init; }

    public PrunerDefinition? Pruner { get; init; }

    /// <summary><c>own</c>, <c>external</c> for trials that are asked for, or the name of a registered trainer.</summary>
    public string Trainer { get; init; } = Sweep.Own;

    /// <summary>What all trials have in common: a training config of our own trainer, any object for others.</summary>
    public JsonElement? Base { get; init; }
}

/// <param name="Type"><c>choice</c>, <c>uniform</c>, <c>log_uniform</c> or <c>int</c>.</param>
/// <param name="Values">The options of a choice: text, numbers, true, false or null.</param>
/// <param name="Min">The least number.</param>
/// <param name="Max">The greatest number.</param>
/// <param name="Step">Of an int: the distance of neighbours; 1 when left out.</param>
/// <param name="Log">Of an int: whether it varies by factors.</param>
/// <param name="Points">Into how many points a grid cuts a range; needed for uniform and log_uniform there.</param>
internal sealed record ParameterDefinition(string? Type, JsonElement[]? Values, double? Min, double? Max, double? Step, bool? Log, int? Points);

/// <param name="Metric">The metric.</param>
/// <param name="Stat"><c>last</c>, <c>min</c>, <c>max</c> or <c>mean</c> of its curve.</param>
internal sealed record ObjectiveDefinition(string? Metric, string? Stat);

/// <param name="Type"><c>median</c>.</param>
/// <param name="WarmupSteps">Steps for which every trial is left alone.</param>
/// <param name="MinTrials">Trials that must have been completed first; 5 when left out.</param>
/// <param name="Interval">Steps between two looks; 1 when left out.</param>
internal sealed record PrunerDefinition(
    [property: AllowedValues("median")] string? Type,
    long? WarmupSteps,
    [property: Range(1, SweepPlan.TrialLimit)] int? MinTrials,
    long? Interval);
