using System.Text.Json;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>JSON kept as the text it came as: no database has to agree with what a caller put into a string.</summary>
internal static class StoredJson
{
    public static JsonElement? Parse(string? text) => text is null ? null : JsonElement.Parse(text);
}
