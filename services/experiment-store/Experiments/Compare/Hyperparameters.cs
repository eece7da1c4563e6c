using System.Text.Json;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>
/// Flattens hyperparameters to dotted names, the same ones that a filter knows (<see cref="RunParam"/>). Lists, and objects below the
/// depth limit, stay JSON.
/// </summary>
internal static class Hyperparameters
{
    private const int MaxDepth = 4;
    private const int MaxCount = 500;

    public static Dictionary<string, JsonElement> Of(string? config)
    {
        var nested = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var literal = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (config is not null)
        {
            Flatten(JsonElement.Parse(config), "", 1, nested);
        }
        foreach (var (name, value) in literal)
        {
            nested.TryAdd(nested.ContainsKey(name) ? RunParam.Literal(name) : name, value);
        }
        return nested;

        void Flatten(JsonElement value, string prefix, int depth, Dictionary<string, JsonElement> found)
        {
            if (value.ValueKind is not JsonValueKind.Object)
            {
                return;
            }
            foreach (var member in value.EnumerateObject())
            {
                var name = prefix + member.Name;
                var into = member.Name.Contains('.', StringComparison.Ordinal) ? literal : found;
                if (member.Value.ValueKind is JsonValueKind.Object && depth < MaxDepth)
                {
                    Flatten(member.Value, name + ".", depth + 1, into);
                }
                else if (nested.Count + literal.Count < MaxCount)
                {
                    into[name] = member.Value;
                }
            }
        }
    }
}
