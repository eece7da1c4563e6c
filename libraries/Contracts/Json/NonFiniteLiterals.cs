using System.Buffers;

namespace Trainyard.Contracts.Json;

/// <summary>
/// Quotes the literals <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which Python writes but JSON allows only as strings. Works on a
/// stream of parts of any length, and leaves everything else unchanged.
/// </summary>
public sealed class NonFiniteLiterals
{
    // Our JSON readers reject deeper nesting.
    private const int MaxDepth = 64;

    private static readonly byte[] NotANumber = "NaN"u8.ToArray();
    private static readonly byte[] Infinity = "Infinity"u8.ToArray();
    private static readonly byte[] NegativeInfinity = "-Infinity"u8.ToArray();

    private ulong objects;
    private int depth;
    private bool inString;
    private bool escaped;
    private bool valueMayFollow = true;
    private byte[]? literal;
    private int matched;

    /// <summary>Whether the text may contain such literals. May return false positives.</summary>
    public static bool MayOccurIn(ReadOnlySpan<byte> json) => json.IndexOf(NotANumber) >= 0 || json.IndexOf(Infinity) >= 0;

    /// <summary>Writes the next part of a text. Holds back a possible literal at its end.</summary>
    public void Write(ReadOnlySpan<byte> part, IBufferWriter<byte> target)
    {
        // Worst case: a literal of three bytes and its separator grow by two.
        var span = target.GetSpan((part.Length * 2) + NegativeInfinity.Length + 2);
        var written = 0;
        for (var index = 0; index < part.Length; index++)
        {
            var next = part[index];
            if (literal is not null && !Matches(next, span, ref written))
            {
                continue;
            }
            if (inString)
            {
                ReadString(next);
            }
            else
            {
                ReadValue(next);
            }
            if (literal is null)
            {
                span[written++] = next;
            }
        }
        target.Advance(written);
    }

    /// <summary>Writes the rest at the end of the text.</summary>
    public void Complete(IBufferWriter<byte> target)
    {
        var span = target.GetSpan(NegativeInfinity.Length + 2);
        var written = 0;
        if (literal is not null)
        {
            Release(span, ref written, quoted: matched == literal.Length);
        }
        target.Advance(written);
    }

    /// <summary>Adds a byte to the current literal. True if the literal, or a false start of one, ends before the byte.</summary>
    private bool Matches(byte next, Span<byte> span, ref int written)
    {
        if (literal is null)
        {
            return true;
        }
        if (matched < literal.Length && literal[matched] == next)
        {
            matched++;
            return false;
        }
        Release(span, ref written, matched == literal.Length
            && next is (byte)',' or (byte)']' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
        return true;
    }

    private void Release(Span<byte> span, ref int written, bool quoted)
    {
        if (quoted)
        {
            span[written++] = (byte)'"';
        }
        literal.AsSpan(0, matched).CopyTo(span[written..]);
        written += matched;
        if (quoted)
        {
            span[written++] = (byte)'"';
        }
        literal = null;
    }

    private void ReadString(byte next)
    {
        // A newline ends an unterminated string.
        inString = next is not (byte)'\n' && (escaped || next is not (byte)'"');
        escaped = !escaped && next is (byte)'\\';
    }

    private void ReadValue(byte next)
    {
        switch (next)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                valueMayFollow |= depth == 0;
                break;
            case (byte)'"':
                (inString, escaped, valueMayFollow) = (true, false, false);
                break;
            case (byte)'{' or (byte)'[':
                Open(isObject: next is (byte)'{');
                break;
            case (byte)'}' or (byte)']':
                depth = Math.Max(0, depth - 1);
                valueMayFollow = false;
                break;
            case (byte)':':
                valueMayFollow = true;
                break;
            case (byte)',':
                valueMayFollow = depth is > 0 and <= MaxDepth && (objects >> (depth - 1) & 1) == 0;
                break;
            default:
                literal = !valueMayFollow ? null : next switch
                {
                    (byte)'N' => NotANumber,
                    (byte)'I' => Infinity,
                    (byte)'-' => NegativeInfinity,
                    _ => null,
                };
                (matched, valueMayFollow) = (1, false);
                break;
        }
    }

    private void Open(bool isObject)
    {
        if (depth < MaxDepth)
        {
            objects = isObject ? objects | 1UL << depth : objects & ~(1UL << depth);
        }
        depth++;
        valueMayFollow = !isObject;
    }
}
