using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Experiments.Compare;
using Trainyard.Sweeps;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>A validated sweep definition with its sampler and pruner.</summary>
internal sealed record SweepPlan(
    SearchSpace Space, ISampler Sampler, int MaxTrials, Objective Objective, bool Maximize, MedianRule? Pruner, JsonObject Base)
{
    public const int TrialLimit = 10_000;
    private const int MaxBaseCharacters = 100_000;

    public static SweepPlan Of(Sweep sweep)
    {
        var problems = new List<Problem>();
        var definition = JsonSerializer.Deserialize<SweepDefinition>(sweep.Definition, WireJson.Options)
            ?? throw new InvalidOperationException($"The stored definition of {sweep.Id} is empty.");
        return Read(definition, problems) is { } plan && problems.Count == 0
            ? plan
            : throw new InvalidOperationException($"The stored definition of {sweep.Id} can't be read: {string.Join(' ', problems)}");
    }

    /// <summary>The plan of a definition. Null if it is invalid; the reasons are then added to the problems.</summary>
    public static SweepPlan? Read(SweepDefinition definition, List<Problem> problems)
    {
        var grid = definition.Sampler == "grid";
        var space = new SearchSpaceReader(grid, problems).Read(definition.SearchSpace);
        var spaceHolds = problems.Count == 0;
        problems.AddRange(RequestLimits.Check(definition));
        var size = grid && spaceHolds ? space.GridSize : null;
        Require("max_trials", grid || definition.MaxTrials is not null, $"must be from 1 to {TrialLimit}");
        var gridFits = definition.MaxTrials is not null || size is null or <= TrialLimit;
        Require("max_trials", gridFits, $"is required: the grid has {size} points, more than {TrialLimit}");

        var objective = new Objective(definition.Objective?.Metric ?? "");
        problems.AddRange(objective.Problems().Select(problem => problem with { Field = "objective.metric" }));
        if (definition.Objective?.Stat is { } named)
        {
            var stat = Enum.GetValues<ObjectiveStat>().Select(value => (ObjectiveStat?)value)
                .FirstOrDefault(value => value?.ToString().ToLowerInvariant() == named);
            Require("objective.stat", stat is not null, "must be last, min, max or mean");
            objective = objective with { Stat = stat ?? ObjectiveStat.Last };
        }
        if (definition.Pruner is { } pruner)
        {
            problems.AddRange(RequestLimits.Check(pruner).Select(problem => problem with { Field = $"pruner.{problem.Field}" }));
        }
        Require("base", definition.Base is null or { ValueKind: JsonValueKind.Object }, "must be an object");
        var baseFits = definition.Base is not { } given || given.GetRawText().Length <= MaxBaseCharacters;
        Require("base", baseFits, $"must have at most {MaxBaseCharacters} characters");
        if (problems.Count > 0)
        {
            return null;
        }
        var seed = definition.Seed ?? 0;
        return new(
            space,
            definition.Sampler switch
            {
                "grid" => new GridSampler(space),
                "random" => new RandomSampler(space, seed),
                _ => new TpeSampler(space, seed),
            },
            (int)Math.Min(definition.MaxTrials ?? TrialLimit, size ?? TrialLimit),
            objective,
            definition.Direction == "maximize",
            definition.Pruner is { } rule ? new MedianRule(rule.MinTrials ?? 5, rule.WarmupSteps ?? 0, rule.Interval ?? 1) : null,
            definition.Base is { } common ? JsonObject.Create(common) ?? [] : []);

        void Require(string field, bool holds, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }
    }

    /// <summary>The value that a sampler minimizes.</summary>
    public double Loss(double value) => Maximize ? -value : value;

    /// <summary>The parameters of a point, without the base.</summary>
    public JsonObject Parameters(IReadOnlyList<double> point)
    {
        var parameters = new JsonObject();
        for (var at = 0; at < point.Count; at++)
        {
            parameters[Space.Parameters[at].Name] = Space.Parameters[at] switch
            {
                Choice choice => JsonNode.Parse(choice.Options[(int)point[at]]),
                Whole => (long)point[at],
                _ => point[at],
            };
        }
        return parameters;
    }

    /// <summary>The parameters of a point merged over the base.</summary>
    public JsonObject Hyperparameters(IReadOnlyList<double> point)
    {
        var all = Base.DeepClone().AsObject();
        foreach (var (name, value) in Parameters(point))
        {
            all[name] = value?.DeepClone();
        }
        return all;
    }

    public double[]? Next(IEnumerable<SweepTrial> trials) =>
        Sampler.Next([.. trials.OrderBy(trial => trial.Number).Select(trial => new Trial(
        PointOf(trial),
        trial.State switch
        {
            TrialOutcome.Completed => TrialState.Completed,
            TrialOutcome.Pruned => TrialState.Pruned,
            TrialOutcome.Failed => TrialState.Failed,
            _ => TrialState.Pending,
        },
        Loss(trial.Value ?? double.NaN),
        trial.Step ?? 0))]);

    public static double[] PointOf(SweepTrial trial) => JsonSerializer.Deserialize<double[]>(trial.Point) ?? [];

    public static string PointText(double[] point) => JsonSerializer.Serialize(point);
}
