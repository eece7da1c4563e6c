using System.Buffers;

namespace Trainyard.Contracts.Json;

/// <summary>
/// Quotes the literals <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> where a value may stand. Python writes them so; JSON has them only
/// as strings.
/// Text goes through in parts of any length, and everything else stays as it is.
/// </summary>
public sealed class NonFiniteLiterals
{
    // Readers of ours refuse what nests deeper.
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

    /// <summary>Whether there may be something to quote; false is certain.</summary>
    public static bool MayOccurIn(ReadOnlySpan<byte> json) => json.IndexOf(NotANumber) >= 0 || json.IndexOf(Infinity) >= 0;

    /// <summary>Writes the next part of a text, up to what can't be judged yet.</summary>
    public void Write(ReadOnlySpan<byte> part, IBufferWriter<byte> target)
    {
        // A literal of three bytes and its separator grow by two.
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

    /// <summary>Writes what is left when the text is over.</summary>
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

    /// <summary>Takes a byte into the literal that has begun; true when the literal, or what looked like one, ends before it.</summary>
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
        // No string goes on behind the end of its line.
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
