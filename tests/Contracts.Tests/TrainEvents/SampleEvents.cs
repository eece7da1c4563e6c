using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Contracts.Tests.TrainEvents;

/// <summary>An event of every type.</summary>
internal static class SampleEvents
{
    public static IReadOnlyDictionary<string, TrainEvent> All { get; } = new Dictionary<string, TrainEvent>(StringComparer.Ordinal)
    {
        ["started"] = Of(new TrainStarted { TotalEpochs = 3 }),
        ["progress"] = Of(new TrainProgress { Step = 5, TotalSteps = 60, Epoch = 1, TotalEpochs = 3, EtaSeconds = 12.5 }),
        ["batch"] = Of(new TrainBatch { Epoch = 1, TotalEpochs = 3, Batch = 10, BatchLoss = double.NaN, BatchAcc = 0.5 }),
        ["epoch"] = Of(new TrainEpoch { Epoch = 1, TotalEpochs = 3, TrainLoss = 2.5, ValLoss = 2.25, ValPpl = 9.5, TimeS = 1.5 }),
        ["best"] = Of(new TrainBest { Epoch = 1, ValAcc = 0.75 }),
        ["artifact"] = Of(new TrainArtifact { Path = "model.safetensors" }),
        ["upload"] = Of(new TrainUpload { Status = 200, ModelBytes = 1 << 20, ManifestBytes = 900 }),
        ["prune"] = Of(new TrainPrune { DeletedCount = 2 }),
        ["completed"] = Of(new TrainCompleted { ValAcc = 0.75, ValLoss = 0.5 }),
        ["failed"] = Of(new TrainFailed { ErrorKind = TrainErrorKind.User, Message = "There is no tokenizer tok." }),
        ["stopped"] = Of(new TrainStopped { Reason = TrainStopReason.Paused }),
    };

    private static TrainEvent Of(TrainEvent happened) => happened with
    {
        RunId = "run-4f9k2m7qx1tz",
        UserId = 42,
        ModelId = "gpt2-nano",
        Ts = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero),
        Attempt = 2,
    };
}
