using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.TrainEvents;

/// <summary>Who asked for a run: text or a whole number, written again the way it was given.</summary>
[JsonConverter(typeof(UserIdConverter))]
public readonly record struct UserId
{
    /// <summary>The most characters of a user's id.</summary>
    public const int MaxLength = 256;

    private readonly string? text;

    private UserId(string text, bool isNumber) => (this.text, IsNumber) = (text, isNumber);

    /// <summary>Whether it is a number in JSON.</summary>
    public bool IsNumber { get; }

    /// <summary>An id that is text.</summary>
    public static implicit operator UserId(string text) => new(text, isNumber: false);

    /// <summary>An id that is a number.</summary>
    public static implicit operator UserId(long number) => new(number.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <summary>An id that is a number above 2^63, as some services have.</summary>
    public static UserId Of(ulong number) => new(number.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <summary>The id as text.</summary>
    public override string ToString() => text ?? "";
}

/// <summary>Reads and writes <see cref="UserId"/> as a string or a whole number.</summary>
public sealed class UserIdConverter : JsonConverter<UserId>
{
    /// <inheritdoc/>
    public override UserId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String when reader.GetString() is { } text => text,
        _ when WholeNumber.TryRead(ref reader, out var number) => number,
        JsonTokenType.Number when reader.TryGetUInt64(out var large) => UserId.Of(large),
        _ => throw new JsonException("must be text or a whole number"),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options)
    {
        if (value.IsNumber)
        {
            writer.WriteRawValue(value.ToString());
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
