namespace Trainyard.MediaFiles;

/// <summary>The format of a file, from its content.</summary>
/// <param name="ContentType">Its MIME type.</param>
/// <param name="Width">Pixels of an image's row; null for audio.</param>
/// <param name="Height">Rows of an image; null for audio.</param>
public sealed record MediaFormat(string ContentType, int? Width = null, int? Height = null);
