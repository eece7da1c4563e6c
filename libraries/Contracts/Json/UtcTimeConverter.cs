using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Json;

/// <summary>
/// Times as ISO 8601 in UTC with <c>Z</c>. A time without an offset is read as UTC, as Python's <c>utcnow().isoformat()</c> writes it.
/// </summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && reader.TryGetDateTime(out var time)
            ? ToUtc(time)
            : throw new WireJsonException("must be a time in ISO 8601, such as 2025-10-05T12:34:56.789Z");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>Reads a time without an offset as UTC and converts every other one to it.</summary>
    public static DateTimeOffset ToUtc(DateTime time) => time.Kind is DateTimeKind.Unspecified
        ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))
        : new DateTimeOffset(time.ToUniversalTime());
}
