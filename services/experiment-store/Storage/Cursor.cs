using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>The last row of a page. The next page starts after it, even if rows were added or deleted in between.</summary>
internal sealed record Cursor(string Order, string Value, string Id)
{
    private const long MaxMicroseconds = 4_000_000_000_000_000;

    /// <summary><see cref="Value"/> as a time.</summary>
    [JsonIgnore]
    public DateTimeOffset Time =>
        long.TryParse(Value, CultureInfo.InvariantCulture, out var microseconds) && Math.Abs(microseconds) < MaxMicroseconds
            ? UnixTime.FromMicroseconds(microseconds)
            : throw Unusable(null);

    public static Cursor At(string order, DateTimeOffset time, string id) =>
        new(order, UnixTime.ToMicroseconds(time).ToString(CultureInfo.InvariantCulture), id);

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <exception cref="TrainyardException">CONFIG_INVALID: the text is no cursor, or one of another order.</exception>
    public static Cursor? Parse(string? text, string order)
    {
        if (text is null)
        {
            return null;
        }
        try
        {
            var cursor = JsonSerializer.Deserialize<Cursor>(Base64Url.DecodeFromChars(text));
            return cursor is { Value: { } value, Id: { } id } && cursor.Order == order
                ? cursor with { Value = StorableText.Clean(value, 1024), Id = StorableText.Clean(id, 1024) }
                : throw Unusable(null);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Unusable(exception);
        }
    }

    public static TrainyardException Unusable(Exception? inner) =>
        new(ErrorCode.ConfigInvalid, "cursor: must be the next_cursor of a page with the same order_by", inner);
}
