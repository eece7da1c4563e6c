namespace Trainyard.Tokenizers;

/// <summary>
/// GPT-2's printable stand-ins for the 256 bytes, in which vocabularies of byte-level BPE are written: printable Latin-1 stands for itself,
/// the rest is U+0100 onwards (a space is Ġ).
/// </summary>
internal static class ByteAlphabet
{
    public const int Size = 256;

    private static readonly char[] _characters = Build();
    private static readonly Dictionary<char, byte> _bytes =
        Enumerable.Range(0, Size).ToDictionary(value => _characters[value], value => (byte)value);

    /// <summary>All bytes in the order of their stand-ins, which is the order of their ids.</summary>
    public static IReadOnlyList<byte> Order { get; } =
        [.. Enumerable.Range(0, Size).Select(value => (byte)value).OrderBy(value => _characters[value])];

    public static char Character(byte value) => _characters[value];

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = _characters[bytes[i]];
        }
        return new string(text);
    }

    /// <summary>The bytes that the text stands for; null when it has a character outside the alphabet.</summary>
    public static byte[]? Read(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!_bytes.TryGetValue(text[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Build()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, Size).Select(value => IsPrintable(value) ? (char)value : next++)];

        static bool IsPrintable(int value) => value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
    }
}
