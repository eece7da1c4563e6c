using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Json;

/// <summary>Reads 64-bit whole numbers by the rule of <see cref="WholeNumber"/>: <c>5</c> and <c>5.0</c> are the same.</summary>
public sealed class Int64Converter : JsonConverter<long>
{
    /// <inheritdoc/>
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var number)
            ? number
            : throw new JsonException("must be a whole number, such as 4096 or 4096.0");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Reads 32-bit whole numbers by the rule of <see cref="WholeNumber"/>.</summary>
public sealed class Int32Converter : JsonConverter<int>
{
    /// <inheritdoc/>
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var number) && number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw new JsonException(WholeNumber.Rule(int.MinValue, int.MaxValue));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
