using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;

namespace Trainyard.ServiceDefaults.Tests.Messaging;

/// <summary>One event of every kind, every member set, with values that serializers like to lose.</summary>
internal static class SampleEvents
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2025, 10, 5, 12, 34, 56, TimeSpan.Zero).AddTicks(1234567);

    public static Dictionary<string, double> Measurements { get; } = new()
    {
        ["Val/Loss.top-1"] = 0.1,
        ["nan"] = double.NaN,
        ["up"] = double.PositiveInfinity,
        ["down"] = double.NegativeInfinity,
        ["tiny"] = double.Epsilon,
        ["huge"] = double.MaxValue,
        ["minus_zero"] = -0.0,
        ["größe <&'>\n😀"] = 1e21,
    };

    public static IReadOnlyList<RunEvent> OfEveryKind { get; } =
    [
        new RunStarted
        {
            EventId = Guid.CreateVersion7(),
            SenderGaveId = true,
            RunId = "run-1",
            ExperimentId = "exp-1",
            Time = Time,
            Source = "job",
            Attempt = 2,
            Name = "first \"try\"",
            SpectralNorm = true,
            Tags = new Dictionary<string, string> { ["Team"] = "nlp", ["empty"] = "" },
            Hyperparams = JsonSerializer.Deserialize<JsonElement>(
                """{"Lr":1e-3,"big":12345678901234567890,"layers":[1,2,{"snake_case":null}],"on":true,"$type":"x","event":"y"}"""),
        },
        new MetricsLogged
        {
            EventId = Guid.CreateVersion7(),
            RunId = "run-1",
            Time = Time,
            Step = long.MaxValue,
            Measurements = Measurements,
        },
        new RunStopped
        {
            EventId = Guid.CreateVersion7(), RunId = "run-1", Time = Time, Status = RunStatus.Interrupted, Epochs = 3, DurationMs = 1234.5,
            MlflowRunId = "mlf", Message = "done", ErrorKind = "FATAL", ModelPath = "models/m", Step = 5, Measurements = Measurements,
        },
        new CheckpointSaved
        {
            EventId = Guid.CreateVersion7(),
            RunId = "run-1",
            Time = Time,
            Path = "checkpoints/5",
            Step = 5,
            IsBest = true,
            Size = 1L << 40,
            Measurements = Measurements,
        },
        new ArtifactSaved
        {
            EventId = Guid.CreateVersion7(),
            RunId = "run-1",
            Time = Time,
            Path = "model.bin",
            Kind = "model",
            Size = 7,
            Sha256 = new string('a', 64),
        },
        new LogWritten
        {
            EventId = Guid.CreateVersion7(),
            RunId = "run-1",
            Time = Time,
            Level = "warning",
            Message = "line\n\u2028 \\ end",
        },
        new RunHeartbeat
        {
            EventId = Guid.CreateVersion7(),
            RunId = "run-1",
            Time = Time,
            ExpectNextIn = 0.5,
            Step = 1,
            TotalSteps = 2,
            EtaSeconds = double.PositiveInfinity,
            Message = "going",
        },
        new RunResumed { EventId = Guid.CreateVersion7(), RunId = "run-1", Time = Time, Attempt = 3, FromStep = 100 },
        new SystemSampled { EventId = Guid.CreateVersion7(), RunId = "run-1", Time = Time, Measurements = Measurements },
        new RunHeartbeat { EventId = Guid.CreateVersion7(), RunId = "run-1", Time = Time },
        new RunStarted { EventId = Guid.CreateVersion7(), RunId = "run-1", Time = Time },
    ];
}
