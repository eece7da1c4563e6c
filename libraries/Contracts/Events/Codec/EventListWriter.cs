using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.Events.Codec;

/// <summary>
/// Events in binary: format version, count, then each event. Plain metric values, nearly all events, have a compact form; other events
/// are stored as JSON, with the bytes of media behind it. A repeated string is written once and then referenced by number. Fixed-size
/// numbers are little-endian. Lengths and steps are varints (7 bits per byte, lowest first); steps are zigzag-encoded.
/// </summary>
internal sealed class EventListWriter(IBufferWriter<byte> output)
{
    public const byte FormatVersion = 1;

    // Skips unknown members: messages may come from a newer version.
    public static readonly JsonSerializerOptions EventJson = new(WireJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    private readonly Dictionary<string, int> texts = new(StringComparer.Ordinal);

    public enum Kind : byte
    {
        Json = 0,
        Metrics = 1,
        Media = 2,
    }

    [Flags]
    public enum Has : byte
    {
        None = 0,
        SenderGaveId = 1,
        Experiment = 2,
        Source = 4,
        Attempt = 8,
        Step = 16,
        StepIsEpoch = 32,
    }

    public void Write(IReadOnlyList<RunEvent> events)
    {
        Byte(FormatVersion);
        Number((ulong)events.Count);
        foreach (var runEvent in events)
        {
            if (runEvent is MetricsLogged { DescribesRun: false } metrics)
            {
                Write(metrics);
            }
            else if (runEvent is MediaLogged { Content: { } content } media)
            {
                Byte((byte)Kind.Media);
                Bytes(JsonSerializer.SerializeToUtf8Bytes<RunEvent>(media with { Content = null }, EventJson));
                Bytes(content);
            }
            else
            {
                Byte((byte)Kind.Json);
                Bytes(JsonSerializer.SerializeToUtf8Bytes(runEvent, EventJson));
            }
        }
    }

    private void Write(MetricsLogged metrics)
    {
        var has = If(metrics.SenderGaveId, Has.SenderGaveId)
            | If(metrics.ExperimentId is not null, Has.Experiment)
            | If(metrics.Source is not null, Has.Source)
            | If(metrics.Attempt is not null, Has.Attempt)
            | If(metrics.Step is not null, Has.Step)
            | If(metrics.StepIsEpoch, Has.StepIsEpoch);
        Byte((byte)Kind.Metrics);
        Byte((byte)has);
        metrics.EventId.TryWriteBytes(output.GetSpan(16));
        output.Advance(16);
        Int64(metrics.Time.UtcTicks);
        Text(metrics.RunId);
        if (metrics.ExperimentId is { } experiment)
        {
            Text(experiment);
        }
        if (metrics.Source is { } source)
        {
            Text(source);
        }
        if (metrics.Attempt is { } attempt)
        {
            Number(ZigZag(attempt));
        }
        if (metrics.Step is { } step)
        {
            Number(ZigZag(step));
        }
        Number((ulong)metrics.Measurements.Count);
        foreach (var (name, value) in metrics.Measurements)
        {
            Text(name);
            Int64(BitConverter.DoubleToInt64Bits(value));
        }
    }

    private void Text(string text)
    {
        if (texts.TryGetValue(text, out var known))
        {
            Number((ulong)known);
            return;
        }
        Number((ulong)texts.Count);
        texts.Add(text, texts.Count);
        Bytes(Encoding.UTF8.GetBytes(text));
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((ulong)bytes.Length);
        output.Write(bytes);
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private void Number(ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }
        span[length++] = (byte)value;
        output.Advance(length);
    }

    private static Has If(bool condition, Has flag) => condition ? flag : Has.None;

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
