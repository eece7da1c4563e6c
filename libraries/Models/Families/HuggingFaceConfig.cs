using System.Text.Json;

namespace Trainyard.Models.Families;

/// <summary>The members of a Hugging Face <c>config.json</c>, with the values that transformers uses for absent ones.</summary>
public sealed class HuggingFaceConfig : IDisposable
{
    private readonly JsonDocument? document;
    private readonly JsonElement root;

    private HuggingFaceConfig(JsonDocument? document, JsonElement root) => (this.document, this.root) = (document, root);

    /// <summary>Parses the text of a config.</summary>
    /// <exception cref="InvalidDataException">It is not a JSON object.</exception>
    public static HuggingFaceConfig Parse(string json)
    {
        try
        {
            var parsed = JsonDocument.Parse(json);
            return parsed.RootElement.ValueKind is JsonValueKind.Object
                ? new(parsed, parsed.RootElement)
                : throw new InvalidDataException("config.json is not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("config.json is not valid JSON.", exception);
        }
    }

    /// <summary>Whether the member is present and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A member that is an object; null when it is absent.</summary>
    public HuggingFaceConfig? Nested(string name) =>
        Find(name) is { } value ? new(null, value.ValueKind is JsonValueKind.Object ? value : throw Wrong(name, "an object")) : null;

    /// <summary>A member that is text; <paramref name="otherwise"/> when it is absent.</summary>
    /// <exception cref="InvalidDataException">It is not text, or absent without a default.</exception>
    public string Text(string name, string? otherwise = null) => Find(name) is { } value
        ? (value.ValueKind is JsonValueKind.String ? value.GetString() : null) ?? throw Wrong(name, "a string")
        : otherwise ?? throw Missing(name);

    /// <summary>A member that is a whole number above 0; <paramref name="otherwise"/> when it is absent.</summary>
    /// <exception cref="InvalidDataException">It is no such number, or absent without a default.</exception>
    public int Size(string name, int? otherwise = null) => Find(name) is { } value
        ? value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0
            ? size
            : throw Wrong(name, "a whole number above 0")
        : otherwise ?? throw Missing(name);

    /// <summary>A member that is a finite number above 0; <paramref name="otherwise"/> when it is absent.</summary>
    /// <exception cref="InvalidDataException">It is no such number, or absent without a default.</exception>
    public double Number(string name, double? otherwise = null) => Find(name) is { } value
        ? value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0
            ? number
            : throw Wrong(name, "a number above 0")
        : otherwise ?? throw Missing(name);

    /// <summary>A member that is true or false; <paramref name="otherwise"/> when it is absent.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public bool Flag(string name, bool otherwise) => Find(name) is { } value
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false"),
        }
        : otherwise;

    /// <summary>Requires a value that this library can compute.</summary>
    /// <param name="holds">Whether the member has it.</param>
    /// <param name="name">The member.</param>
    /// <param name="supported">The values that are supported.</param>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public void Require(bool holds, string name, string supported)
    {
        if (!holds)
        {
            throw new InvalidDataException(
                $"config.json has {name} {Find(name)?.GetRawText() ?? "null"}, which is not supported; supported is {supported}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => document?.Dispose();

    private JsonElement? Find(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static InvalidDataException Missing(string name) => new($"config.json has no {name}.");

    private static InvalidDataException Wrong(string name, string expected) => new($"{name} in config.json must be {expected}.");
}
