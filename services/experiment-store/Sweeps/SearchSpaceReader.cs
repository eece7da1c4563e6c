using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Sweeps;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>From a search space as it was asked for to one a sampler takes, with every reason why it can't be.</summary>
internal sealed class SearchSpaceReader(bool grid, List<Problem> problems)
{
    private const int MaxParameters = 100;
    private const int MaxOptions = 1000;
    private const int MaxPoints = 10_000;
    private const int MaxNameCharacters = 128;
    private const double FurthestWhole = 1L << 53;

    public SearchSpace Read(Dictionary<string, ParameterDefinition> space)
    {
        if (space.Count is 0 or > MaxParameters)
        {
            problems.Add(new("search_space", $"must have 1 to {MaxParameters} parameters"));
        }
        foreach (var name in space.Keys.Where(name => name.Length is 0 or > MaxNameCharacters || !StorableText.IsClean(name)))
        {
            problems.Add(new("search_space", $"must have names of 1 to {MaxNameCharacters} characters, not '{StorableText.Clean(name, 40)}'"));
        }
        return new([.. space.Take(MaxParameters).Select(one => Read(one.Key, one.Value)).OfType<Parameter>()]);
    }

    private Parameter? Read(string name, ParameterDefinition? asked)
    {
        var before = problems.Count;
        var parameter = asked switch
        {
            null => Refuse<Parameter>(name, "", "must be an object with a type"),
            { Type: "choice" } => ReadChoice(name, asked),
            { Type: "uniform" } => ReadReal(name, asked, log: false),
            { Type: "log_uniform" } => ReadReal(name, asked, log: true),
            { Type: "int" } => ReadWhole(name, asked),
            _ => Refuse<Parameter>(name, ".type", "must be choice, uniform, log_uniform or int"),
        };
        return problems.Count == before ? parameter : null;
    }

    private Choice? ReadChoice(string name, ParameterDefinition asked)
    {
        Unused(name, ".min, max, step, log and points", asked is { Min: null, Max: null, Step: null, Log: null, Points: null });
        if (asked.Values is not { Length: > 0 and <= MaxOptions } values)
        {
            return Refuse<Choice>(name, ".values", $"must list 1 to {MaxOptions} options");
        }
        if (values.Any(value => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined || value.GetRawText().Length > 4096))
        {
            return Refuse<Choice>(name, ".values", "must be text, numbers, true, false or null, of at most 4096 characters");
        }
        string[] options = [.. values.Select(value => value.GetRawText())];
        return options.Distinct(StringComparer.Ordinal).Count() == options.Length ? new Choice(name, options) : Refuse<Choice>(name, ".values", "must differ from each other");
    }

    private Real? ReadReal(string name, ParameterDefinition asked, bool log)
    {
        Unused(name, ".values, step and log", asked is { Values: null, Step: null, Log: null });
        if (!Range(name, asked, log ? double.Epsilon : -1e300, 1e300, log ? "must be above 0" : "must be a number within ±1e300", out var low, out var high))
        {
            return null;
        }
        if (grid && asked.Points is null)
        {
            return Refuse<Real>(name, ".points", "is required by the grid sampler: into how many points the range is cut");
        }
        return Points(name, asked.Points) ? new Real(name, low, high, log, asked.Points) : null;
    }

    private Whole? ReadWhole(string name, ParameterDefinition asked)
    {
        Unused(name, ".values", asked.Values is null);
        var log = asked.Log ?? false;
        if (!Range(name, asked, log ? 1 : -FurthestWhole, FurthestWhole, log ? "must be at least 1" : "must lie within ±2^53", out var low, out var high))
        {
            return null;
        }
        var step = asked.Step ?? 1;
        foreach (var (member, number) in new[] { (".min", low), (".max", high), (".step", step) }.Where(one => one.Item2 % 1 != 0))
        {
            problems.Add(new($"search_space.{name}{member}", $"must be a whole number, not {number}"));
        }
        if (step < 1 || step > FurthestWhole || (log && step != 1))
        {
            return Refuse<Whole>(name, ".step", log ? "must be 1 when log is true" : "must be at least 1");
        }
        return Points(name, asked.Points) ? new Whole(name, (long)low, (long)high, log, (long)step, asked.Points) : null;
    }

    private bool Range(string name, ParameterDefinition asked, double least, double most, string rule, out double low, out double high)
    {
        (low, high) = (asked.Min ?? double.NaN, asked.Max ?? double.NaN);
        var before = problems.Count;
        foreach (var (member, number) in new[] { (".min", low), (".max", high) }.Where(one => !(one.Item2 >= least && one.Item2 <= most)))
        {
            problems.Add(new($"search_space.{name}{member}", double.IsNaN(number) ? "is required" : rule));
        }
        if (low > high)
        {
            problems.Add(new($"search_space.{name}.max", "must not be below min"));
        }
        return problems.Count == before;
    }

    private bool Points(string name, int? points)
    {
        if (points is null or (>= 1 and <= MaxPoints))
        {
            return true;
        }
        Refuse<Parameter>(name, ".points", $"must be from 1 to {MaxPoints}");
        return false;
    }

    private void Unused(string name, string members, bool unused)
    {
        if (!unused)
        {
            Refuse<Parameter>(name, members, "don't belong to this type");
        }
    }

    private T? Refuse<T>(string name, string member, string message) where T : class
    {
        problems.Add(new($"search_space.{name}{member}", message));
        return null;
    }
}
