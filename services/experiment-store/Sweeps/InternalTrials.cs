using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.Sweeps;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Trials as runs of our own trainer: a training config with a point's values merged in.</summary>
internal static class InternalTrials
{
    private const int Companions = 8;
    private static readonly string[] Inputs = ["tokenizer_id", "corpus_path", "start_from", "pretrained_path"];
    private static readonly string[] Fixed = ["experiment_id", "name"];

    /// <summary>The config of a point; null, with the reason, if a member has the wrong type.</summary>
    public static (TrainingConfig? Config, Problem? Misfit) Config(
        SweepPlan plan, string experimentId, IReadOnlyList<double> point, int? number = null)
    {
        var json = plan.Hyperparameters(point);
        json["experiment_id"] = experimentId;
        if (number is not null)
        {
            json["name"] = $"{(json["name"] is JsonValue name && name.TryGetValue<string>(out var given) ? given : experimentId)} {number}";
        }
        return Config(json);
    }

    /// <summary>The config of a trial's hyperparameters; null, with the reason, if a member has the wrong type.</summary>
    public static (TrainingConfig? Config, Problem? Misfit) Config(JsonObject json)
    {
        try
        {
            return (json.Deserialize<TrainingConfig>(WireJson.Options), null);
        }
        catch (JsonException)
        {
            return (null, JsonFaults.Of(JsonSerializer.SerializeToElement(json), typeof(TrainingConfig), WireJson.Options)[0]);
        }
    }

    /// <summary>
    /// Finds values that no trial can be trained with. Each value is tried with several random companions; only a problem that occurs with
    /// all of them counts. A trial with an invalid combination fails by itself.
    /// </summary>
    public static async Task<(ErrorCode? Code, List<Problem> Problems)> CheckAsync(
        StoreContext db, SweepPlan plan, string experimentId, TrainingInputs inputs, CancellationToken cancellationToken)
    {
        var found = new List<Problem>();
        foreach (var name in Fixed.Where(name => plan.Space.Parameters.Any(parameter => parameter.Name == name)))
        {
            found.Add(new($"search_space.{name}", "can't be varied"));
        }
        var random = new RandomSampler(plan.Space, 0);
        double[][] companions = [.. Enumerable.Range(0, Companions).Select(at => random.Next(new Trial[at]) ?? [])];
        for (var at = 0; at < plan.Space.Parameters.Count; at++)
        {
            foreach (var value in Extremes(plan.Space.Parameters[at]))
            {
                List<Problem>[] tried = [.. companions.Select(companion => Problems(plan, experimentId, With(companion, at, value)))];
                found.AddRange(tried[0]
                    .Where(problem => Array.TrueForAll(tried, other => other.Exists(match => match.Field == problem.Field))));
            }
        }
        ErrorCode? code = found.Count > 0 ? ErrorCode.ConfigInvalid : null;
        var points = plan.Space.Parameters.SelectMany((parameter, at) => Inputs.Contains(parameter.Name, StringComparer.Ordinal)
            ? Extremes(parameter).Select(value => With(companions[0], at, value))
            : []);
        foreach (var point in points.Prepend(companions[0]))
        {
            if (Config(plan, experimentId, point).Config is { } config)
            {
                var (refusal, problems, _) = await TrainApi.CheckAsync(db, config, inputs, cancellationToken);
                var missing = problems.Where(problem => Inputs.Contains(problem.Field, StringComparer.Ordinal)).ToList();
                code = missing.Count == 0 ? code : code ?? refusal;
                found.AddRange(missing);
            }
        }
        return (code, [.. found.Select(problem => problem with { Field = Place(plan, problem.Field) }).Distinct()]);
    }

    private static List<Problem> Problems(SweepPlan plan, string experimentId, double[] point)
    {
        var (config, misfit) = Config(plan, experimentId, point);
        return config is null ? [misfit ?? new("base", "can't be read")] : [.. config.Validate()];
    }

    private static IEnumerable<double> Extremes(Parameter parameter) => parameter switch
    {
        Choice choice => Enumerable.Range(0, choice.Options.Count).Select(option => (double)option),
        Whole whole => [whole.Low, whole.Last],
        Real real => [real.Low, real.At(0.37), real.High],
        _ => [],
    };

    private static double[] With(double[] point, int at, double value)
    {
        double[] copy = [.. point];
        copy[at] = value;
        return copy;
    }

    private static string Place(SweepPlan plan, string field) =>
        field.StartsWith("search_space.", StringComparison.Ordinal) || field == "base" ? field
        : plan.Space.Parameters.Any(parameter => parameter.Name == field) ? $"search_space.{field}" : $"base.{field}";
}
