using System.Buffers.Text;
using System.Text.Json;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Requests;

/// <summary>Where a page ended: the next one starts behind this row, however many rows came or went meanwhile.</summary>
internal sealed record Cursor(string Order, string Value, string Id)
{
    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <exception cref="TrainyardException">CONFIG_INVALID when it is not one of ours, or of another order.</exception>
    public static Cursor? Parse(string? text, string order)
    {
        if (text is null)
        {
            return null;
        }
        try
        {
            var cursor = JsonSerializer.Deserialize<Cursor>(Base64Url.DecodeFromChars(text));
            return cursor is { Value: not null, Id: not null } && cursor.Order == order ? cursor : throw Unusable(null);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Unusable(exception);
        }
    }

    private static TrainyardException Unusable(Exception? inner) =>
        new(ErrorCode.ConfigInvalid, "cursor: must be the next_cursor of a page with the same order_by", inner);
}
