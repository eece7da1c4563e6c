using System.Security.Cryptography;
using System.Text.Unicode;

namespace Trainyard.Tokenizers;

/// <summary>Reads a file once to learn whether it is text, how many lines it has and what its content's hash is.</summary>
internal static class TextFileScan
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The file's lines and SHA-256; null when it holds a NUL or is not valid UTF-8.</summary>
    public static (long Bytes, long Lines, byte[] Hash)? Read(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = new byte[(int)Math.Clamp(RandomAccess.GetLength(file) + 1, 16, BufferBytes)];
        var (offset, held, newlines, last) = (0L, 0, 0L, (byte)'\n');
        while (true)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(held), offset);
            var text = buffer.AsSpan(0, held + read);
            var whole = read == 0 ? text.Length : CompleteLength(text);
            if (!Utf8.IsValid(text[..whole]) || text[..whole].Contains((byte)0))
                return null;
            if (read == 0)
                return (offset, newlines + (last == '\n' ? 0 : 1), hash.GetHashAndReset());

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
                continue;

            var size = value switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return size > back ? text.Length - back : text.Length;
        }

        return text.Length;
    }
}
