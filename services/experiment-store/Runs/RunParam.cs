using System.Globalization;
using System.Text.Json;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>One hyperparameter of a run, taken out of its config so that runs can be found and ordered by it.</summary>
internal sealed class RunParam : IOfRun
{
    public const int MaxNameCharacters = 250;
    public const int MaxTextCharacters = 6000;
    public const int MaxOfARun = 1000;

    public required string RunId { get; init; }

    /// <summary>Nested names are joined by dots; see <see cref="Literal"/> for a key with dots that has the same name then.</summary>
    public required string Name { get; init; }

    public required string Text { get; init; }

    /// <summary>The number it is or reads as, if it is a finite one.</summary>
    public double? Number { get; init; }

    /// <summary>
    /// The parameters in a config. Null is none; a list is one, as its JSON; of more than a run may have, the first are kept. Where
    /// <c>{"a":{"b":1}}</c> and
    /// <c>{"a.b":2}</c> meet, the second is named <see cref="Literal"/>.
    /// </summary>
    public static IReadOnlyList<RunParam> Of(string runId, string? config)
    {
        var (nested, literal) = (new Dictionary<string, RunParam>(StringComparer.Ordinal), new Dictionary<string,
            RunParam>(StringComparer.Ordinal));
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
                else if (member.Value.ValueKind is not JsonValueKind.Null && nested.Count + literal.Count < MaxOfARun)
                {
                    into.TryAdd(name, Make(name, member.Value));
                }
            }
        }

        RunParam Make(string name, JsonElement value)
        {
            var text = StorableText.Clean((value.ValueKind is JsonValueKind.String ? Unescaped(value.GetString) : null) ?? value.GetRawText(), MaxTextCharacters);
            return new() { RunId = runId, Name = name, Text = text, Number = NumberOf(text) };
        }
    }

    /// <summary>The name of a key with dots in it, where nested keys joined by dots have its plain name.</summary>
    public static string Literal(string name) => $"`{name}`";

    public static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Null for a text with half of a surrogate pair, which JSON can escape but .NET will not read.</summary>
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
