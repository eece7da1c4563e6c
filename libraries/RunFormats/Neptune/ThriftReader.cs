namespace Trainyard.RunFormats.Neptune;

/// <summary>The types of Thrift's compact protocol. <see cref="True"/> stands for both booleans in a <see cref="Shape"/>.</summary>
internal enum ThriftType : byte
{
    Stop,
    True,
    False,
    Byte,
    I16,
    I32,
    I64,
    Double,
    Binary,
    List,
    Set,
    Map,
    Struct,
}

/// <summary>The fields of a struct by their numbers.</summary>
internal sealed class Shape : Dictionary<int, Field>;

/// <summary>The type of a field.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Of">The struct, or the elements of a list.</param>
/// <param name="Element">The type of a list's elements.</param>
internal sealed record Field(ThriftType Type, Shape? Of = null, ThriftType Element = ThriftType.Stop)
{
    public static implicit operator Field(ThriftType type) => new(type);

    public static implicit operator Field(Shape shape) => new(ThriftType.Struct, shape);

    public static Field ListOf(ThriftType element) => new(ThriftType.List, Of: null, element);

    public static Field ListOf(Shape element) => new(ThriftType.List, element, ThriftType.Struct);
}

/// <summary>Walks over a struct in Thrift's compact protocol.</summary>
/// <param name="bytes">The struct.</param>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxVarintBytes = 10;
    private const int LongList = 15;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Walks over a struct of a shape. Unknown fields may hold plain values only.</summary>
    /// <exception cref="InvalidDataException">It ends early, or has other types than its shape.</exception>
    public void Skip(Shape shape)
    {
        var id = 0;
        while (Next() is var header && header != (byte)ThriftType.Stop)
        {
            var type = (ThriftType)(header & 0x0F);
            id = header >> 4 is > 0 and var step ? id + step : (int)ZigZag(Varint());
            if (!shape.TryGetValue(id, out var field))
            {
                SkipPlain(type);
            }
            else if (field.Type != (type is ThriftType.False ? ThriftType.True : type))
            {
                throw new InvalidDataException($"Field {id} has type {type}, not {field.Type}.");
            }
            else if (type is ThriftType.List)
            {
                SkipList(field);
            }
            else if (field.Of is { } inner)
            {
                Skip(inner);
            }
            else
            {
                SkipPlain(type);
            }
        }
    }

    private void SkipList(Field field)
    {
        var header = Next();
        var count = header >> 4 is < LongList and var few ? (ulong)few : Varint();
        var element = (ThriftType)(header & 0x0F);
        // Each element takes a byte at least.
        if ((element != field.Element && count > 0) || count > (ulong)rest.Length)
        {
            throw new InvalidDataException($"A list has {count} elements of type {element}.");
        }
        for (var index = 0UL; index < count; index++)
        {
            if (field.Of is { } inner)
            {
                Skip(inner);
            }
            else
            {
                SkipPlain(element);
            }
        }
    }

    private void SkipPlain(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Take(1);
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                Varint();
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Binary:
                Take(Varint());
                break;
            default:
                throw new InvalidDataException($"A field has the unexpected type {type}.");
        }
    }

    private byte Next()
    {
        var next = rest.IsEmpty ? throw new InvalidDataException("The struct ends early.") : rest[0];
        Take(1);
        return next;
    }

    private void Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new InvalidDataException("The struct ends early.");
        }
        rest = rest[(int)count..];
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var index = 0; index < MaxVarintBytes; index++)
        {
            var next = Next();
            value |= (ulong)(next & 0x7F) << (7 * index);
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new InvalidDataException($"A number has more than {MaxVarintBytes} bytes.");
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
