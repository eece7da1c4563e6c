using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using static Trainyard.Contracts.Events.Codec.EventListWriter;

namespace Trainyard.Contracts.Events.Codec;

/// <summary>Reads the format of <see cref="EventListWriter"/>. Other bytes cause an exception, never a long loop.</summary>
internal ref struct EventListReader(ReadOnlySpan<byte> bytes)
{
    private readonly List<string> texts = [];
    private ReadOnlySpan<byte> rest = bytes;

    /// <exception cref="FormatException">The bytes are corrupt or of an unsupported version.</exception>
    public List<RunEvent> Read()
    {
        if (Byte() is not FormatVersion and var version)
        {
            throw new FormatException($"Event format version {version} is not supported.");
        }
        var count = Length();
        var events = new List<RunEvent>(count);
        for (var index = 0; index < count; index++)
        {
            events.Add((Kind)Byte() switch
            {
                Kind.Metrics => Metrics(),
                Kind.Json => Json(),
                Kind.Media => Json() is MediaLogged media
                    ? media with { Content = Take(Length()).ToArray() }
                    : throw new FormatException("An event with content is no media."),
                var kind => throw new FormatException($"Event kind {kind} is not supported."),
            });
        }
        return events;
    }

    private RunEvent Json() =>
        JsonSerializer.Deserialize<RunEvent>(Take(Length()), EventJson) ?? throw new FormatException("An event is null.");

    private MetricsLogged Metrics()
    {
        var has = (Has)Byte();
        return new()
        {
            SenderGaveId = has.HasFlag(Has.SenderGaveId),
            EventId = new Guid(Take(16)),
            Time = new DateTimeOffset(Int64(), TimeSpan.Zero),
            RunId = Text(),
            ExperimentId = has.HasFlag(Has.Experiment) ? Text() : null,
            Source = has.HasFlag(Has.Source) ? Text() : null,
            Attempt = has.HasFlag(Has.Attempt) ? checked((int)ZigZag(Number())) : null,
            Step = has.HasFlag(Has.Step) ? ZigZag(Number()) : null,
            StepIsEpoch = has.HasFlag(Has.StepIsEpoch),
            Measurements = Measurements(),
        };
    }

    private Dictionary<string, double> Measurements()
    {
        var count = Length();
        var measurements = new Dictionary<string, double>(count, StringComparer.Ordinal);
        for (var index = 0; index < count; index++)
        {
            measurements.Add(Text(), BitConverter.Int64BitsToDouble(Int64()));
        }
        return measurements;
    }

    private string Text()
    {
        var number = Number();
        if (number == (ulong)texts.Count)
        {
            texts.Add(Encoding.UTF8.GetString(Take(Length())));
        }
        return number < (ulong)texts.Count ? texts[(int)number] : throw new FormatException("A text is referenced before its definition.");
    }

    /// <summary>A count of items that follow. Each takes at least a byte, so the remaining bytes bound it.</summary>
    private int Length() => Number() is var length && length <= (ulong)rest.Length
        ? (int)length
        : throw new FormatException("The events end early.");

    private byte Byte() => Take(1)[0];

    private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new FormatException("A number does not end.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new FormatException("The events end early.");
        }
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
