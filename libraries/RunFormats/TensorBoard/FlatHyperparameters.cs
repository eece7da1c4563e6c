using System.Text.Json;
using Trainyard.TensorBoard;

namespace Trainyard.RunFormats.TensorBoard;

/// <summary>A run's hyperparameters for the HPARAMS tab.</summary>
public static class FlatHyperparameters
{
    private const int MaxDepth = 8;

    /// <summary>Hyperparameters by name, nested ones by their path. Lists become texts.</summary>
    /// <param name="json">A run's hyperparameters; null if it has none.</param>
    public static Dictionary<string, HyperparameterValue> Of(string? json)
    {
        var found = new Dictionary<string, HyperparameterValue>(StringComparer.Ordinal);
        if (json is not null)
        {
            Add("", JsonElement.Parse(json), depth: 0);
        }
        return found;

        void Add(string name, JsonElement value, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object when depth < MaxDepth:
                    foreach (var member in value.EnumerateObject())
                    {
                        Add(name.Length == 0 ? member.Name : $"{name}/{member.Name}", member.Value, depth + 1);
                    }
                    break;
                case JsonValueKind.Number when value.TryGetDouble(out var number):
                    found[name] = HyperparameterValue.Of(number);
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    found[name] = HyperparameterValue.Of(value.GetBoolean());
                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    found[name] = HyperparameterValue.Of(value.ToString());
                    break;
            }
        }
    }
}
