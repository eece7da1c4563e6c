using System.Buffers.Binary;
using System.Text;

namespace Trainyard.TensorBoard.Wire;

/// <summary>
/// Reads the Protocol Buffers wire format field by field without copying. Malformed bytes cause a <see cref="MalformedMessageException"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>Goes to the next field; its value must then be read or skipped.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }
        var tag = RawVarint();
        Field = tag >> 3 is > 0 and <= int.MaxValue and var field
            ? (int)field
            : throw new MalformedMessageException("a field has no valid number");
        Type = (WireType)(tag & 7);
        return true;
    }

    public long Varint() => Is(WireType.Varint) ? (long)RawVarint() : throw Unexpected();

    /// <summary>The next of numbers that follow one another without tags.</summary>
    public bool NextPacked(out long value)
    {
        var more = !rest.IsEmpty;
        value = more ? (long)RawVarint() : 0;
        return more;
    }

    public double Double() => Is(WireType.Fixed64) ? BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double))) : throw Unexpected();

    public float Float() => Is(WireType.Fixed32) ? BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float))) : throw Unexpected();

    public ReadOnlySpan<byte> Bytes()
    {
        if (!Is(WireType.Bytes))
        {
            throw Unexpected();
        }
        var length = RawVarint();
        return length <= (ulong)rest.Length ? Take((int)length) : throw new MalformedMessageException("a field is longer than its message");
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public ProtoReader Message() => new(Bytes());

    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                RawVarint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            case WireType.Bytes:
                Bytes();
                break;
            default:
                throw new MalformedMessageException("a field has an unknown wire type");
        }
    }

    private readonly bool Is(WireType type) => Type == type;

    private readonly MalformedMessageException Unexpected() => new($"field {Field} has an unexpected type");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new MalformedMessageException("the message ends in the middle of a field");
        }
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private ulong RawVarint()
    {
        var value = 0UL;
        for (var (index, shift) = (0, 0); index < rest.Length && shift < 64; index++, shift += 7)
        {
            value |= (ulong)(rest[index] & 0x7f) << shift;
            if (rest[index] < 0x80)
            {
                rest = rest[(index + 1)..];
                return value;
            }
        }
        throw new MalformedMessageException("a number has no end");
    }
}

/// <summary>Bytes that are no message; the record's place is added where it is known.</summary>
internal sealed class MalformedMessageException(string message) : FormatException(message);

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
