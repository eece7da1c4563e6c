using System.Text.Json;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>Flattens hyperparameters to dotted names. Lists, and objects below the depth limit, stay JSON.</summary>
internal static class Hyperparameters
{
    private const int MaxDepth = 4;
    private const int MaxCount = 500;

    public static Dictionary<string, JsonElement> Of(string? config)
    {
        var flat = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (config is not null)
        {
            Flatten(JsonElement.Parse(config), "", 1, flat);
        }
        return flat;
    }

    private static void Flatten(JsonElement value, string prefix, int depth, Dictionary<string, JsonElement> flat)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return;
        }
        foreach (var member in value.EnumerateObject())
        {
            var name = prefix + member.Name;
            if (member.Value.ValueKind is JsonValueKind.Object && depth < MaxDepth)
            {
                Flatten(member.Value, name + ".", depth + 1, flat);
            }
            else if (flat.Count < MaxCount)
            {
                flat[name] = member.Value;
            }
        }
    }
}
