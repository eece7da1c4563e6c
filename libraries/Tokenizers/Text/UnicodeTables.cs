using System.Globalization;

namespace Trainyard.Tokenizers;

/// <summary>
/// Decompositions, compositions and combining classes of the Unicode Character Database, version 9, the one Hugging Face's normalizers use.
/// .NET's own <see cref="string.Normalize()"/> does nothing without ICU, and Trainyard must not ask for ICU to be installed.
/// </summary>
internal sealed class UnicodeTables
{
    private readonly Dictionary<int, byte> _combiningClasses = [];
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly HashSet<int> _composedSeconds = [];

    public static UnicodeTables Instance { get; } = new();

    private UnicodeTables()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("decompositions.txt")
            ?? throw new InvalidOperationException("The Unicode tables are missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line is not ['#', ..])
            {
                Add(line.Split(' '));
            }
        }
    }

    public int CombiningClass(int code) => _combiningClasses.GetValueOrDefault(code);

    public int[]? Decomposition(int code, bool compatible) =>
        _canonical.TryGetValue(code, out var parts) || (compatible && _compatible.TryGetValue(code, out parts)) ? parts : null;

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue((first, second), out composed);

    /// <summary>
    /// Whether text made only of such code points is already composed (the quick check of UAX #15). False negatives only cost time.
    /// </summary>
    public bool IsComposed(int code, bool compatible)
    {
        if (_combiningClasses.ContainsKey(code) || _composedSeconds.Contains(code) || Hangul.IsTrailingJamo(code))
        {
            return false;
        }
        if (!_canonical.TryGetValue(code, out var parts))
        {
            return !(compatible && _compatible.ContainsKey(code));
        }

        return parts is [var first, var second]
            && _compositions.ContainsKey((first, second))
            && IsComposed(first, compatible)
            && !(compatible && _compatible.ContainsKey(second));
    }

    private void Add(string[] fields)
    {
        var code = int.Parse(fields[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var combining = byte.Parse(fields[1], CultureInfo.InvariantCulture);
        if (combining > 0)
        {
            _combiningClasses[code] = combining;
        }

        var parts = Array.ConvertAll(fields[3..], part => int.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        if (fields[2] is "~")
        {
            _compatible[code] = parts;
        }
        else if (fields[2] is not ".")
        {
            _canonical[code] = parts;
        }

        if (fields[2] is "=")
        {
            _compositions[(parts[0], parts[1])] = code;
            _composedSeconds.Add(parts[1]);
        }
    }
}
