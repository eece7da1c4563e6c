namespace Trainyard.ExperimentStore.Storage;

/// <summary>Text that both databases can store.</summary>
internal static class StorableText
{
    /// <summary>Truncates text and replaces NUL and lone surrogates, which Postgres refuses, by U+FFFD.</summary>
    public static string Clean(string text, int maxCharacters)
    {
        var cut = text.Length > maxCharacters ? text[..maxCharacters] : text;
        return IsClean(cut) ? cut : string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var index = 0; index < span.Length; index++)
            {
                var half = char.IsSurrogate(source[index]) && !IsPair(source, index) && !(index > 0 && IsPair(source, index - 1));
                span[index] = half || source[index] == '\0' ? '\uFFFD' : source[index];
            }
        });
    }

    public static string? CleanOrNull(string? text, int maxCharacters) => text is null ? null : Clean(text, maxCharacters);

    public static bool IsClean(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\0')
            {
                return false;
            }
            if (char.IsSurrogate(text[index]))
            {
                if (!IsPair(text, index))
                {
                    return false;
                }
                index++;
            }
        }
        return true;
    }

    private static bool IsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);
}
