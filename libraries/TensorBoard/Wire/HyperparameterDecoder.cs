namespace Trainyard.TensorBoard.Wire;

/// <summary>Reads the messages of the HPARAMS plugin, which travel inside a summary's metadata.</summary>
internal static class HyperparameterDecoder
{
    /// <returns>Null when it holds none of the three messages known here.</returns>
    public static SummaryValue? Decode(ProtoReader data)
    {
        SummaryValue? value = null;
        while (data.Next())
        {
            switch (data.Field)
            {
                case 2:
                    value = Experiment(data.Message());
                    break;
                case 3:
                    value = SessionStart(data.Message());
                    break;
                case 4:
                    value = SessionEnd(data.Message());
                    break;
                default:
                    data.Skip();
                    break;
            }
        }
        return value;
    }

    private static HyperparameterExperiment Experiment(ProtoReader message)
    {
        var hyperparameters = new Dictionary<string, HyperparameterValue>(StringComparer.Ordinal);
        var (metrics, created) = (new List<string>(), 0.0);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 3:
                    created = message.Double();
                    break;
                case 4:
                    var (name, type) = HyperparameterInfo(message.Message());
                    hyperparameters[name] = type switch
                    {
                        1 => HyperparameterValue.Of(""),
                        2 => HyperparameterValue.Of(false),
                        _ => HyperparameterValue.Of(0.0),
                    };
                    break;
                case 5:
                    metrics.Add(MetricTag(message.Message()));
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(hyperparameters, metrics, created);
    }

    private static (string Name, long Type) HyperparameterInfo(ProtoReader message)
    {
        var (name, type) = ("", 0L);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    name = message.Text();
                    break;
                case 4:
                    type = message.Varint();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return (name, type);
    }

    private static string MetricTag(ProtoReader message)
    {
        var tag = "";
        while (message.Next())
        {
            if (message.Field != 1)
            {
                message.Skip();
                continue;
            }
            for (var name = message.Message(); name.Next();)
            {
                if (name.Field == 2)
                {
                    tag = name.Text();
                }
                else
                {
                    name.Skip();
                }
            }
        }
        return tag;
    }

    private static HyperparameterSessionStart SessionStart(ProtoReader message)
    {
        var (hyperparameters, started, group) = (new Dictionary<string, HyperparameterValue>(StringComparer.Ordinal), 0.0, (string?)null);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    var (name, value) = Entry(message.Message());
                    hyperparameters[name] = value;
                    break;
                case 4:
                    group = message.Text();
                    break;
                case 5:
                    started = message.Double();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(hyperparameters, started, group);
    }

    private static (string Name, HyperparameterValue Value) Entry(ProtoReader entry)
    {
        var (name, value) = ("", default(HyperparameterValue));
        while (entry.Next())
        {
            switch (entry.Field)
            {
                case 1:
                    name = entry.Text();
                    break;
                case 2:
                    value = Value(entry.Message());
                    break;
                default:
                    entry.Skip();
                    break;
            }
        }
        return (name, value);
    }

    private static HyperparameterValue Value(ProtoReader boxed)
    {
        var value = default(HyperparameterValue);
        while (boxed.Next())
        {
            switch (boxed.Field)
            {
                case 2:
                    value = HyperparameterValue.Of(boxed.Double());
                    break;
                case 3:
                    value = HyperparameterValue.Of(boxed.Text());
                    break;
                case 4:
                    value = HyperparameterValue.Of(boxed.Varint() != 0);
                    break;
                default:
                    boxed.Skip();
                    break;
            }
        }
        return value;
    }

    private static HyperparameterSessionEnd SessionEnd(ProtoReader message)
    {
        var (status, ended) = (0L, 0.0);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    status = message.Varint();
                    break;
                case 2:
                    ended = message.Double();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(status is >= 0 and <= 3 ? (HyperparameterStatus)status : HyperparameterStatus.Unknown, ended);
    }
}
