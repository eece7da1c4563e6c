namespace Trainyard.TensorBoard.Wire;

/// <summary>Makes the messages of the HPARAMS plugin, which travel inside a summary's metadata.</summary>
internal static class HyperparameterEncoder
{
    private const int TextType = 1;
    private const int FlagType = 2;
    private const int NumberType = 3;

    public static HParamsPluginData Encode(SummaryValue value) => value switch
    {
        HyperparameterExperiment experiment => new() { Experiment = Encode(experiment) },
        HyperparameterSessionStart session => new() { SessionStartInfo = Encode(session) },
        HyperparameterSessionEnd end => new() { SessionEndInfo = new() { Status = (int)end.Status, EndTimeSecs = end.EndedAt } },
        _ => new(),
    };

    private static Experiment Encode(HyperparameterExperiment experiment)
    {
        var message = new Experiment { TimeCreatedSecs = experiment.CreatedAt };
        foreach (var (name, value) in experiment.Hyperparameters)
        {
            var type = value switch { { Text: not null } => TextType, { Flag: not null } => FlagType, _ => NumberType };
            message.HparamInfos.Add(new HParamInfo { Name = name, Type = type });
        }
        message.MetricInfos.Add(experiment.Metrics.Select(tag => new MetricInfo { Name = new() { Tag = tag } }));
        return message;
    }

    private static SessionStartInfo Encode(HyperparameterSessionStart session)
    {
        var message = new SessionStartInfo { GroupName = session.Group ?? "", StartTimeSecs = session.StartedAt };
        foreach (var (name, value) in session.Hyperparameters)
        {
            message.Hparams[name] = value switch
            {
                { Text: { } text } => new() { StringValue = text },
                { Flag: { } flag } => new() { BoolValue = flag },
                { Number: { } number } => new() { NumberValue = number },
                _ => new(),
            };
        }
        return message;
    }
}
