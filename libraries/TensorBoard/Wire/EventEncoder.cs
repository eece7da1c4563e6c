namespace Trainyard.TensorBoard.Wire;

/// <summary>
/// Writes the messages of TensorFlow's event.proto and summary.proto, fields in ascending order as protobuf's own serializers do.
/// </summary>
internal static class EventEncoder
{
    private const int ScalarClass = 1;
    private const int TensorClass = 2;

    public static void Encode(LogEvent logEvent, ProtoWriter to)
    {
        if (BitConverter.DoubleToInt64Bits(logEvent.WallTime) != 0)
        {
            to.Double(1, logEvent.WallTime);
        }
        if (logEvent.Step != 0)
        {
            to.Varint(2, logEvent.Step);
        }
        if (logEvent.FileVersion is { } version)
        {
            to.Text(3, version);
        }
        if (logEvent.Values.Count > 0)
        {
            var summary = to.Begin(5);
            foreach (var value in logEvent.Values)
            {
                var start = to.Begin(1);
                Encode(value, to);
                to.End(start);
            }
            to.End(summary);
        }
        if (logEvent.Session is { } status)
        {
            var session = to.Begin(7);
            to.Varint(1, (int)status);
            to.End(session);
        }
    }

    private static void Encode(SummaryValue value, ProtoWriter to)
    {
        if (value.Tag.Length > 0)
        {
            to.Text(1, value.Tag);
        }
        switch (value)
        {
            case ScalarValue { Form: ScalarForm.Simple } scalar:
                to.Float(2, (float)scalar.Value);
                break;
            case ScalarValue scalar:
                Tensor(scalar, to);
                Metadata(to, "scalars", ScalarClass);
                break;
            case TextValue text:
                Tensor(text, to);
                Metadata(to, "text", TensorClass);
                break;
            case HyperparameterExperiment or HyperparameterSessionStart or HyperparameterSessionEnd:
                NullTensor(to);
                Metadata(to, HyperparameterTags.Plugin, TensorClass, value);
                break;
            default:
                throw new NotSupportedException($"{value.GetType().Name} can be read but not written.");
        }
    }

    private static void Tensor(ScalarValue scalar, ProtoWriter to)
    {
        var tensor = to.Begin(8);
        var isDouble = scalar.Form is ScalarForm.Float64Tensor;
        to.Varint(1, (int)(isDouble ? TensorType.Float64 : TensorType.Float32));
        to.End(to.Begin(2));
        // Repeated numbers are packed: a length, then the numbers.
        Span<byte> packed = stackalloc byte[isDouble ? sizeof(double) : sizeof(float)];
        if (isDouble)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(packed, scalar.Value);
        }
        else
        {
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(packed, (float)scalar.Value);
        }
        to.Bytes(isDouble ? 6 : 5, packed);
        to.End(tensor);
    }

    private static void Tensor(TextValue text, ProtoWriter to)
    {
        var tensor = to.Begin(8);
        to.Varint(1, (int)TensorType.Text);
        to.End(to.Begin(2));
        to.Text(8, text.Text);
        to.End(tensor);
    }

    /// <summary>An empty tensor of shape [0], which TensorBoard's own writer uses for values that only carry metadata.</summary>
    private static void NullTensor(ProtoWriter to)
    {
        var tensor = to.Begin(8);
        to.Varint(1, (int)TensorType.Float32);
        var shape = to.Begin(2);
        to.End(to.Begin(2));
        to.End(shape);
        to.End(tensor);
    }

    private static void Metadata(ProtoWriter to, string plugin, int dataClass, SummaryValue? content = null)
    {
        var metadata = to.Begin(9);
        var data = to.Begin(1);
        to.Text(1, plugin);
        if (content is not null)
        {
            var bytes = to.Begin(2);
            HyperparameterMessages.Encode(content, to);
            to.End(bytes);
        }
        to.End(data);
        to.Varint(4, dataClass);
        to.End(metadata);
    }
}

/// <summary>TensorFlow's element types, as far as they hold one number or text.</summary>
internal enum TensorType
{
    Float32 = 1,
    Float64 = 2,
    Int32 = 3,
    UInt8 = 4,
    Int16 = 5,
    Int8 = 6,
    Text = 7,
    Int64 = 9,
    Bool = 10,
    BFloat16 = 14,
    UInt16 = 17,
    Float16 = 19,
    UInt32 = 22,
    UInt64 = 23,
}
