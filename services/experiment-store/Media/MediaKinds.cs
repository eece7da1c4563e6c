using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Media;

/// <summary>Kinds of media as words of the API.</summary>
internal static class MediaKinds
{
    public static string Words { get; } = string.Join(", ", Enum.GetValues<MediaKind>().Select(WordOf));

    public static string WordOf(MediaKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind of a word; null if there is none.</summary>
    public static MediaKind? Parse(string? word)
    {
        foreach (var kind in Enum.GetValues<MediaKind>())
        {
            if (WordOf(kind) == word)
            {
                return kind;
            }
        }
        return null;
    }
}
