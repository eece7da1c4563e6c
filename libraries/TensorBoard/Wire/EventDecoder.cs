namespace Trainyard.TensorBoard.Wire;

/// <summary>Reads the messages of <see cref="EventEncoder"/>, TensorFlow, PyTorch and JAX in place. Skips unknown fields.</summary>
internal static class EventDecoder
{
    private const string ScalarPlugin = "scalars";

    public static LogEvent Decode(ReadOnlySpan<byte> bytes)
    {
        var (time, step, version, session) = (0.0, 0L, (string?)null, (SessionStatus?)null);
        var values = new List<SummaryValue>();
        TensorBoard.WriterProgress? progress = null;
        var message = new ProtoReader(bytes);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    time = message.Double();
                    break;
                case 2:
                    step = message.Varint();
                    break;
                case 3:
                    version = message.Text();
                    break;
                case 5:
                    Summary(message.Message(), values);
                    break;
                case 7:
                    session = Session(message.Message());
                    break;
                case Event.ProgressFieldNumber:
                    progress = Progress(message.Message());
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(time, step) { FileVersion = version, Session = session, Values = values, Progress = progress };
    }

    private static SessionStatus Session(ProtoReader message)
    {
        var status = SessionStatus.Unspecified;
        while (message.Next())
        {
            if (message.Field == 1)
            {
                status = message.Varint() is >= 0 and <= 3 and var known ? (SessionStatus)known : SessionStatus.Unspecified;
            }
            else
            {
                message.Skip();
            }
        }
        return status;
    }

    private static TensorBoard.WriterProgress Progress(ProtoReader message)
    {
        var (written, attempt) = (new Dictionary<string, long>(StringComparer.Ordinal), 0);
        while (message.Next())
        {
            switch (message.Field)
            {
                case WriterProgress.WrittenFieldNumber:
                    var (series, count) = Entry(message.Message());
                    written[series] = count;
                    break;
                case WriterProgress.AttemptFieldNumber:
                    attempt = (int)message.Varint();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(written, attempt);
    }

    private static (string Key, long Value) Entry(ProtoReader entry)
    {
        var (key, value) = ("", 0L);
        while (entry.Next())
        {
            switch (entry.Field)
            {
                case 1:
                    key = entry.Text();
                    break;
                case 2:
                    value = entry.Varint();
                    break;
                default:
                    entry.Skip();
                    break;
            }
        }
        return (key, value);
    }

    private static void Summary(ProtoReader summary, List<SummaryValue> values)
    {
        while (summary.Next())
        {
            if (summary.Field == 1)
            {
                values.Add(Value(summary.Message()));
            }
            else
            {
                summary.Skip();
            }
        }
    }

    private static SummaryValue Value(ProtoReader message)
    {
        var (tag, simple, hasTensor) = ("", (float?)null, false);
        var media = 0;
        ProtoReader tensor = default, metadata = default, content = default;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    tag = message.Text();
                    break;
                case 2:
                    simple = message.Float();
                    break;
                case 4 or 5 or 6:
                    media = message.Field;
                    content = message.Message();
                    break;
                case 8:
                    tensor = message.Message();
                    hasTensor = true;
                    break;
                case 9:
                    metadata = message.Message();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        if (simple is { } number)
        {
            return new ScalarValue(tag, number);
        }
        switch (media)
        {
            case 4:
                return MediaDecoder.Image(tag, content);
            case 5:
                return MediaDecoder.Histogram(tag, content);
            case 6:
                return MediaDecoder.Audio(tag, content);
        }
        var plugin = Metadata(metadata, out var hyperparameters);
        var decoded = hasTensor && plugin is null or ScalarPlugin or "text" ? TensorDecoder.Decode(tag, tensor) : null;
        return hyperparameters ?? decoded ?? (hasTensor ? MediaDecoder.Tensor(tag, plugin, tensor) : null) ?? new OtherValue(tag, plugin);
    }

    private static string? Metadata(ProtoReader metadata, out SummaryValue? hyperparameters)
    {
        string? plugin = null;
        ProtoReader content = default;
        while (metadata.Next())
        {
            if (metadata.Field != 1)
            {
                metadata.Skip();
                continue;
            }
            for (var data = metadata.Message(); data.Next();)
            {
                switch (data.Field)
                {
                    case 1:
                        plugin = data.Text();
                        break;
                    case 2:
                        content = data.Message();
                        break;
                    default:
                        data.Skip();
                        break;
                }
            }
        }
        hyperparameters = plugin == HyperparameterTags.Plugin ? HyperparameterDecoder.Decode(content) : null;
        return plugin;
    }
}
