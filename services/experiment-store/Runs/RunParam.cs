using System.Globalization;
using System.Text.Json;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>One hyperparameter of a run, copied from its config so that runs can be searched and ordered by it.</summary>
internal sealed class RunParam : IOfRun
{
    public const int MaxNameCharacters = 250;
    public const int MaxTextCharacters = 6000;
    public const int MaxPerRun = 1000;

    public required string RunId { get; init; }

    /// <summary>Nested names are joined by dots. A key that contains dots and collides with one is named <see cref="Literal"/>.</summary>
    public required string Name { get; init; }

    public required string Text { get; init; }

    /// <summary>Its value as a number, if it is finite.</summary>
    public double? Number { get; init; }

    /// <summary>
    /// The parameters in a config. Nulls are skipped, and a list is one parameter, as its JSON. Beyond the maximum, the first are kept. If
    /// <c>{"a":{"b":1}}</c> and <c>{"a.b":2}</c> collide, the second is named <see cref="Literal"/>.
    /// </summary>
    public static IReadOnlyList<RunParam> Of(string runId, string? config)
    {
        var nested = new Dictionary<string, RunParam>(StringComparer.Ordinal);
        var literal = new Dictionary<string, RunParam>(StringComparer.Ordinal);
        if (config is not null)
        {
            using var document = JsonDocument.Parse(config);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
            {
                Add(document.RootElement, "", nested);
            }
        }
        foreach (var (name, param) in literal)
        {
            if (!nested.TryAdd(name, param) && Literal(name) is { Length: <= MaxNameCharacters } other)
            {
                nested.Add(other, new() { RunId = runId, Name = other, Text = param.Text, Number = param.Number });
            }
        }
        return [.. nested.Values];

        void Add(JsonElement element, string prefix, Dictionary<string, RunParam> found)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (Unescaped(() => member.Name) is not { } last || prefix.Length + last.Length is not (> 0 and <= MaxNameCharacters))
                {
                    continue;
                }
                var name = StorableText.Clean(prefix + last, MaxNameCharacters);
                var into = last.Contains('.', StringComparison.Ordinal) ? literal : found;
                if (member.Value.ValueKind is JsonValueKind.Object)
                {
                    Add(member.Value, name + ".", into);
                }
                else if (member.Value.ValueKind is not JsonValueKind.Null && nested.Count + literal.Count < MaxPerRun)
                {
                    into.TryAdd(name, Make(name, member.Value));
                }
            }
        }

        RunParam Make(string name, JsonElement value)
        {
            var unescaped = value.ValueKind is JsonValueKind.String ? Unescaped(value.GetString) : null;
            var text = StorableText.Clean(unescaped ?? value.GetRawText(), MaxTextCharacters);
            return new() { RunId = runId, Name = name, Text = text, Number = NumberOf(text) };
        }
    }

    /// <summary>The name of a key that contains dots, when nested keys joined by dots already have its plain name.</summary>
    public static string Literal(string name) => $"`{name}`";

    public static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Null for a text with a lone surrogate, which JSON can escape but .NET refuses to decode.</summary>
    private static string? Unescaped(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
