using Google.Protobuf;

namespace Trainyard.TensorBoard.Wire;

/// <summary>Makes the messages of TensorFlow's event.proto and summary.proto.</summary>
internal static class EventEncoder
{
    private const int ScalarClass = 1;
    private const int TensorClass = 2;

    private static readonly SummaryMetadata Scalars = Metadata("scalars", ScalarClass);
    private static readonly SummaryMetadata Texts = Metadata("text", TensorClass);

    public static Event Encode(LogEvent logEvent)
    {
        var message = new Event { WallTime = logEvent.WallTime, Step = logEvent.Step };
        if (logEvent.FileVersion is { } version)
        {
            message.FileVersion = version;
        }
        if (logEvent.Values.Count > 0)
        {
            message.Summary = new();
            foreach (var value in logEvent.Values)
            {
                message.Summary.Value.Add(Encode(value));
            }
        }
        if (logEvent.Session is { } status)
        {
            message.SessionLog = new() { Status = (int)status };
        }
        if (logEvent.Progress is { } progress)
        {
            message.Progress = new() { Attempt = progress.Attempt };
            foreach (var (series, count) in progress.Written)
            {
                message.Progress.Written.Add(series, count);
            }
        }
        return message;
    }

    private static Summary.Types.Value Encode(SummaryValue value) => value switch
    {
        ScalarValue { Form: ScalarForm.Simple } scalar => new() { Tag = scalar.Tag, SimpleValue = (float)scalar.Value },
        ScalarValue scalar => new() { Tag = scalar.Tag, Tensor = Tensor(scalar), Metadata = Scalars },
        TextValue text => new() { Tag = text.Tag, Tensor = Tensor(text), Metadata = Texts },
        ImagesValue { Files: [var file] } image => new() { Tag = image.Tag, Image = MediaEncoder.Image(image, file) },
        AudioValue { Files: [var file] } audio => new() { Tag = audio.Tag, Audio = MediaEncoder.Audio(audio, file) },
        HistogramValue histogram => new() { Tag = histogram.Tag, Histo = MediaEncoder.Histogram(histogram) },
        HyperparameterExperiment or HyperparameterSessionStart or HyperparameterSessionEnd => new()
        {
            Tag = value.Tag,
            Tensor = NullTensor(),
            Metadata = Metadata(HyperparameterTags.Plugin, TensorClass, HyperparameterEncoder.Encode(value)),
        },
        _ => throw new NotSupportedException($"{value.GetType().Name} can be read but not written."),
    };

    private static TensorProto Tensor(ScalarValue scalar) => scalar.Form is ScalarForm.Float64Tensor
        ? new() { Dtype = (int)TensorType.Float64, TensorShape = new(), DoubleVal = { scalar.Value } }
        : new() { Dtype = (int)TensorType.Float32, TensorShape = new(), FloatVal = { (float)scalar.Value } };

    private static TensorProto Tensor(TextValue text) =>
        new() { Dtype = (int)TensorType.Text, TensorShape = new(), StringVal = { ByteString.CopyFromUtf8(text.Text) } };

    /// <summary>An empty tensor of shape [0], which TensorBoard's own writer uses for values that only carry metadata.</summary>
    private static TensorProto NullTensor() =>
        new() { Dtype = (int)TensorType.Float32, TensorShape = new() { Dim = { new TensorShapeProto.Types.Dim() } } };

    private static SummaryMetadata Metadata(string plugin, int dataClass, IMessage? content = null) => new()
    {
        PluginData = new() { PluginName = plugin, Content = content?.ToByteString() ?? ByteString.Empty },
        DataClass = dataClass,
    };
}
