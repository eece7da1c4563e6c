using System.Text.Json;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Finds halves of surrogate pairs, such as <c>"\ud800"</c>: JSON allows them, but they are not text.</summary>
internal static class HalfSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>Whether a name in the JSON has half a surrogate pair.</summary>
    public static bool AreInNames(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => !IsName(member) || AreInNames(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(AreInNames),
        _ => false,
    };

    private static bool IsName(JsonProperty member)
    {
        try
        {
            return member.Name is not null;
        }
        catch (InvalidOperationException)
        {
            // The only way to learn that a name can't be decoded.
            return false;
        }
    }

    /// <summary>The first escape of a text that is half of a pair without the other half; null if the text is whole.</summary>
    public static string? Find(JsonElement text)
    {
        var raw = text.GetRawText();
        for (var index = raw.IndexOf('\\', StringComparison.Ordinal); index >= 0 && index + 1 < raw.Length;)
        {
            var isHigh = IsEscape(raw, index, "89ab");
            if (isHigh && IsEscape(raw, index + EscapeLength, "cdef"))
            {
                index += EscapeLength;
            }
            else if (isHigh || IsEscape(raw, index, "cdef"))
            {
                return raw.Substring(index, EscapeLength);
            }
            index = raw.IndexOf('\\', index + 2);
        }
        return null;
    }

    /// <summary>Whether a surrogate's escape, such as <c>\ud83d</c>, is at a place of a JSON text.</summary>
    private static bool IsEscape(string raw, int index, string third) =>
        index + EscapeLength < raw.Length && raw[index] == '\\' && raw[index + 1] == 'u' && (raw[index + 2] is 'd' or 'D')
        && third.Contains(raw[index + 3], StringComparison.OrdinalIgnoreCase);
}
