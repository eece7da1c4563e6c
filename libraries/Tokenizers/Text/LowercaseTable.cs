using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Simple lower case of the Unicode Character Database, version 17, without a locale, as Hugging Face's Lowercase normalizer maps it.
/// .NET's own <see cref="Rune.ToLowerInvariant"/> knows an older version, and a tokenizer.json must mean the same to both.
/// </summary>
internal static class LowercaseTable
{
    private static readonly FrozenDictionary<int, Rune> Lower = Read();

    /// <summary>The lower case of a code point other than U+0130, whose lower case is two.</summary>
    public static Rune Of(Rune rune) => Lower.GetValueOrDefault(rune.Value, rune);

    private static FrozenDictionary<int, Rune> Read()
    {
        using var stream = typeof(LowercaseTable).Assembly.GetManifestResourceStream("lowercase.txt")
            ?? throw new InvalidOperationException("The table of lower case is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var lower = new Dictionary<int, Rune>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ') is [not ['#', ..] and var from, var to])
            {
                lower[int.Parse(from, NumberStyles.HexNumber, CultureInfo.InvariantCulture)] =
                    new(int.Parse(to, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
        }
        return lower.ToFrozenDictionary();
    }
}
