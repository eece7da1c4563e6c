using System.Buffers;
using System.Text;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Data;

/// <summary>Finds where to cut a document in two: between lines, or between words or characters where no line ends nearby.</summary>
internal static class DocumentCut
{
    private const int MaxDistance = 1 << 20;

    /// <summary>The offset that the second part starts at; null for a document of one character.</summary>
    /// <param name="file">The document.</param>
    /// <param name="share">The wanted share of the second part. At a line or word it has half to one and a half of that.</param>
    public static long? Find(TextFile file, double share)
    {
        var wanted = file.Bytes - Math.Max(1, (long)Math.Round(file.Bytes * share));
        var distance = Math.Clamp((file.Bytes - wanted) / 2, 1, MaxDistance);
        var from = Math.Max(0, wanted - distance);
        var text = Read(file.FullPath, from, (int)(Math.Min(file.Bytes, wanted + distance) - from));
        var target = (int)(wanted - from);
        var cut = Nearest(text, target, IsLineStart) ?? Nearest(text, target, IsWordStart) ?? Nearest(text, target, IsCharacterStart);
        return cut is { } at && from + at is var offset && offset > 0 && offset < file.Bytes ? offset : null;
    }

    private static int? Nearest(byte[] text, int target, Func<byte[], int, bool> isCut)
    {
        for (var distance = 0; distance <= text.Length; distance++)
        {
            if (target + distance < text.Length && isCut(text, target + distance))
            {
                return target + distance;
            }
            if (target - distance > 0 && isCut(text, target - distance))
            {
                return target - distance;
            }
        }
        return null;
    }

    private static bool IsLineStart(byte[] text, int at) => at > 0 && text[at - 1] == '\n';

    private static bool IsWordStart(byte[] text, int at) => text[at] == ' '
        && Rune.DecodeLastFromUtf8(text.AsSpan(0, at), out var before, out _) == OperationStatus.Done && !Rune.IsWhiteSpace(before);

    private static bool IsCharacterStart(byte[] text, int at) => at > 0 && (text[at] & 0xC0) != 0x80;

    private static byte[] Read(string path, long offset, int length)
    {
        using var file = File.OpenHandle(path);
        var (text, read) = (new byte[length], 0);
        while (read < length && RandomAccess.Read(file, text.AsSpan(read), offset + read) is > 0 and var count)
        {
            read += count;
        }
        return text[..read];
    }
}
