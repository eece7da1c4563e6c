using System.Buffers;
using System.Collections;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Applies a tokenizer's normalization form, then lower-cases each code point separately (so without final sigma), like Hugging Face's
/// normalizers. Reuses its buffers, so it is not thread-safe.
/// </summary>
internal sealed class TextNormalizer(TextNormalization form, bool lowercase)
{
    private static readonly Lazy<BitArray> _composedNfc = new(() => ComposedCodePoints(compatible: false));
    private static readonly Lazy<BitArray> _composedNfkc = new(() => ComposedCodePoints(compatible: true));

    private readonly bool _compatible = form == TextNormalization.Nfkc;
    private readonly List<int> _codePoints = [];
    private byte[] _output = [];

    public bool ChangesNothing => form == TextNormalization.None && !lowercase;

    /// <summary>The normalized text; valid until the next call. Invalid UTF-8 becomes U+FFFD where there is anything to do.</summary>
    public ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> text)
    {
        if (ChangesNothing || (Ascii.IsValid(text) && !(lowercase && text.ContainsAnyInRange((byte)'A', (byte)'Z'))))
        {
            return text;
        }

        _codePoints.Clear();
        var composed = Decode(text);
        if (composed && !lowercase)
        {
            return text;
        }
        if (!composed && form != TextNormalization.None)
        {
            Compose();
        }
        return EncodeOutput();
    }

    private bool Decode(ReadOnlySpan<byte> text)
    {
        var composedCodes = form switch
        {
            TextNormalization.Nfc => _composedNfc.Value,
            TextNormalization.Nfkc => _composedNfkc.Value,
            _ => null,
        };
        var composed = true;
        while (!text.IsEmpty)
        {
            composed &= Rune.DecodeFromUtf8(text, out var rune, out var size) == OperationStatus.Done
                && composedCodes?[rune.Value] != false;
            _codePoints.Add(rune.Value);
            text = text[size..];
        }

        return composed;
    }

    private void Compose()
    {
        var tables = UnicodeTables.Instance;
        var decomposed = new List<int>(_codePoints.Count);
        foreach (var code in _codePoints)
        {
            Decompose(code, decomposed);
        }
        Reorder(decomposed);

        // UAX #15: a character joins the last starter unless something of the same or a higher class stands between.
        _codePoints.Clear();
        var (starter, lastClass) = (-1, 0);
        foreach (var code in decomposed)
        {
            var combining = tables.CombiningClass(code);
            var blocked = starter != _codePoints.Count - 1 && lastClass >= combining;
            if (starter >= 0 && !blocked && TryCompose(_codePoints[starter], code, out var composed))
            {
                _codePoints[starter] = composed;
                continue;
            }

            if (combining == 0)
            {
                starter = _codePoints.Count;
            }
            lastClass = combining;
            _codePoints.Add(code);
        }
    }

    private void Decompose(int code, List<int> output)
    {
        if (UnicodeTables.Instance.Decomposition(code, _compatible) is { } parts)
        {
            foreach (var part in parts)
            {
                Decompose(part, output);
            }
        }
        else if (!Hangul.TryDecompose(code, output))
        {
            output.Add(code);
        }
    }

    private static void Reorder(List<int> codes)
    {
        var tables = UnicodeTables.Instance;
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && tables.CombiningClass(codes[end]) > 0)
            {
                end++;
            }
            if (end - start < 2)
            {
                continue;
            }

            // Stable, and not quadratic in what a hostile text piles onto one letter.
            var sorted = codes[start..end].OrderBy(tables.CombiningClass).ToArray();
            for (var i = 0; i < sorted.Length; i++)
            {
                codes[start + i] = sorted[i];
            }
            start = end;
        }
    }

    private static bool TryCompose(int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed) || UnicodeTables.Instance.TryCompose(first, second, out composed);

    private ReadOnlySpan<byte> EncodeOutput()
    {
        // A lower-cased code point may take two (U+0130), a code point at most four bytes.
        if (_output.Length < _codePoints.Count * 4)
        {
            _output = new byte[Math.Max(_codePoints.Count * 4, _output.Length * 2)];
        }

        var length = 0;
        foreach (var code in _codePoints)
        {
            var rune = new Rune(code);
            if (lowercase && code == 0x130)
            {
                length += "i\u0307"u8.TryCopyTo(_output.AsSpan(length)) ? 3 : 0;
            }
            else
            {
                length += (lowercase ? LowercaseTable.Of(rune) : rune).EncodeToUtf8(_output.AsSpan(length));
            }
        }

        return _output.AsSpan(0, length);
    }

    private static BitArray ComposedCodePoints(bool compatible)
    {
        var composed = new BitArray(0x110000);
        for (var code = 0; code < composed.Length; code++)
        {
            composed[code] = UnicodeTables.Instance.IsComposed(code, compatible);
        }
        return composed;
    }
}
