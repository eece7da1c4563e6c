using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Sweeps;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Converts a requested search space to a sampler's, and collects every problem.</summary>
internal sealed class SearchSpaceReader(bool grid, List<Problem> problems)
{
    private const int MaxParameters = 100;
    private const int MaxOptions = 1000;
    public const int MaxPoints = 10_000;
    private const int MaxNameCharacters = 128;
    private const double MaxWhole = 1L << 53;

    public SearchSpace Read(Dictionary<string, ParameterDefinition> space)
    {
        if (space.Count is 0 or > MaxParameters)
        {
            problems.Add(new("search_space", $"must have 1 to {MaxParameters} parameters"));
        }
        foreach (var name in space.Keys.Where(name => name.Length is 0 or > MaxNameCharacters || !StorableText.IsClean(name)))
        {
            problems.Add(new("search_space",
                $"must have names of 1 to {MaxNameCharacters} characters, not '{StorableText.Clean(name, 40)}'"));
        }
        return new([.. space.Take(MaxParameters).Select(entry => Read(entry.Key, entry.Value)).OfType<Parameter>()]);
    }

    private Parameter? Read(string name, ParameterDefinition? definition)
    {
        var before = problems.Count;
        var parameter = definition switch
        {
            null => Refuse<Parameter>(name, "", "must be an object with a type"),
            { Type: "choice" } => ReadChoice(name, definition),
            { Type: "uniform" } => ReadReal(name, definition, log: false),
            { Type: "log_uniform" } => ReadReal(name, definition, log: true),
            { Type: "int" } => ReadWhole(name, definition),
            _ => Refuse<Parameter>(name, ".type", "must be choice, uniform, log_uniform or int"),
        };
        return problems.Count == before ? parameter : null;
    }

    private Choice? ReadChoice(string name, ParameterDefinition definition)
    {
        Unused(name, ".min, max, step, log and points", definition is { Min: null, Max: null, Step: null, Log: null, Points: null });
        if (definition.Values is not { Length: > 0 and <= MaxOptions } values)
        {
            return Refuse<Choice>(name, ".values", $"must list 1 to {MaxOptions} options");
        }
        if (values.Any(value => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined
            || value.GetRawText().Length > 4096))
        {
            return Refuse<Choice>(name, ".values", "must be text, numbers, true, false or null, of at most 4096 characters");
        }
        string[] options = [.. values.Select(value => value.GetRawText())];
        return options.Distinct(StringComparer.Ordinal).Count() == options.Length
            ? new Choice(name, options)
            : Refuse<Choice>(name, ".values", "must differ from each other");
    }

    private Real? ReadReal(string name, ParameterDefinition definition, bool log)
    {
        Unused(name, ".values, step and log", definition is { Values: null, Step: null, Log: null });
        var rule = log ? "must be above 0" : "must be a number within ±1e300";
        if (!Range(name, definition, log ? double.Epsilon : -1e300, 1e300, rule, out var low, out var high))
        {
            return null;
        }
        if (grid && definition.Points is null)
        {
            return Refuse<Real>(name, ".points", "is required by the grid sampler: the number of points in the range");
        }
        return Points(name, definition.Points) ? new Real(name, low, high, log, definition.Points) : null;
    }

    private Whole? ReadWhole(string name, ParameterDefinition definition)
    {
        Unused(name, ".values", definition.Values is null);
        var log = definition.Log ?? false;
        var rule = log ? "must be at least 1" : "must be within ±2^53";
        if (!Range(name, definition, log ? 1 : -MaxWhole, MaxWhole, rule, out var low, out var high))
        {
            return null;
        }
        var step = definition.Step ?? 1;
        foreach (var (member, number) in new[] { (".min", low), (".max", high), (".step", step) }.Where(bound => bound.Item2 % 1 != 0))
        {
            problems.Add(new($"search_space.{name}{member}", $"must be a whole number, not {number}"));
        }
        if (step < 1 || step > MaxWhole || (log && step != 1))
        {
            return Refuse<Whole>(name, ".step", log ? "must be 1 when log is true" : "must be at least 1");
        }
        return Points(name, definition.Points) ? new Whole(name, (long)low, (long)high, log, (long)step, definition.Points) : null;
    }

    private bool Range(string name, ParameterDefinition definition, double min, double max, string rule, out double low, out double high)
    {
        (low, high) = (definition.Min ?? double.NaN, definition.Max ?? double.NaN);
        var before = problems.Count;
        var bounds = new[] { (".min", low), (".max", high) };
        foreach (var (member, number) in bounds.Where(bound => !(bound.Item2 >= min && bound.Item2 <= max)))
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
            Refuse<Parameter>(name, members, "don't apply to this type");
        }
    }

    private T? Refuse<T>(string name, string member, string message) where T : class
    {
        problems.Add(new($"search_space.{name}{member}", message));
        return null;
    }
}
