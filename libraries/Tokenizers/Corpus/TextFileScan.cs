using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Trainyard.Tokenizers;

/// <summary>What a file turned out to be.</summary>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Lines">Number of lines.</param>
/// <param name="Hash">SHA-256 of the content.</param>
/// <param name="FirstInvalid">The first byte that is not UTF-8.</param>
/// <param name="FirstNul">The first NUL, which no text holds.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ScannedFile(long Bytes, long Lines, byte[] Hash, long? FirstInvalid, long? FirstNul);

/// <summary>Reads a file once to learn whether it is text, how many lines it has and what its content's hash is.</summary>
internal static class TextFileScan
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads the file to its end, or to the first byte that keeps it from being used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowInvalid">Whether bytes that are not UTF-8 don't.</param>
    public static ScannedFile Read(string path, bool allowInvalid)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = new byte[(int)Math.Clamp(RandomAccess.GetLength(file) + 1, 16, BufferBytes)];
        var (offset, held, newlines, last) = (0L, 0, 0L, (byte)'\n');
        long? invalid = null;
        while (true)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(held), offset);
            var text = buffer.AsSpan(0, held + read);
            var whole = read == 0 ? text.Length : CompleteLength(text);
            if (text[..whole].IndexOf((byte)0) is >= 0 and var nul)
            {
                return new(offset, newlines, [], invalid, offset - held + nul);
            }
            if (invalid is null && !Utf8.IsValid(text[..whole]))
            {
                invalid = offset - held + FirstInvalid(text[..whole]);
                if (!allowInvalid)
                {
                    return new(offset, newlines, [], invalid, null);
                }
            }
            if (read == 0)
            {
                return new(offset, newlines + (last == '\n' ? 0 : 1), hash.GetHashAndReset(), invalid, null);
            }

            hash.AppendData(text[held..]);
            newlines += text[held..].Count((byte)'\n');
            last = text[^1];
            offset += read;
            text[whole..].CopyTo(buffer);
            held = text.Length - whole;
        }
    }

    /// <summary>Length of the text without a character that is cut off at its end.</summary>
    public static int CompleteLength(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= Math.Min(3, text.Length); back++)
        {
            var value = text[^back];
            if ((value & 0xC0) == 0x80)
            {
                continue;
            }

            var size = value switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return size > back ? text.Length - back : text.Length;
        }

        return text.Length;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(text[position..], out _, out var size) == OperationStatus.Done)
        {
            position += size;
        }
        return position;
    }
}
