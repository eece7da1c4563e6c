using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Events.Codec;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;

namespace Trainyard.Contracts.Tests;

public class EventListTests
{
    private static readonly JsonSerializerOptions OnTheBus = Options();

    private static readonly IReadOnlyList<RunEvent> Everything =
    [
        new MetricsLogged
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Measurements = new Dictionary<string, double> { ["loss"] = 0.5, ["nan"] = double.NaN },
        },
        new MetricsLogged
        {
            EventId = Guid.NewGuid(),
            SenderGaveId = true,
            RunId = "r",
            ExperimentId = "exp",
            Source = "a job",
            Attempt = 3,
            Step = -(1L << 53),
            StepIsEpoch = true,
            Time = Now,
            Measurements = new Dictionary<string, double>
            {
                ["loss"] = double.NegativeInfinity,
                ["größe \"µ\""] = double.Epsilon,
                [""] = -0.0,
            },
        },
        new MetricsLogged
        {
            EventId = Guid.NewGuid(), RunId = "r", Step = 3, Time = Now, Measurements = new Dictionary<string,
                double> { ["loss"] = double.NaN }, SpectralNorm = true,
            Hyperparams = JsonElement.Parse("""{"lr":1}"""), MlflowRunId = "mlf", Tags = new Dictionary<string,
                string> { ["team"] = "nlp" },
        },
        new MetricsLogged
        {
            EventId = Guid.NewGuid(),
            RunId = "other",
            Step = long.MaxValue,
            Time = DateTimeOffset.MinValue,
            Measurements = new Dictionary<string, double>(),
        },
        new MediaLogged
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Kind = MediaKind.Image,
            Name = "größe",
            Step = 4,
            Index = 2,
            Caption = "a cat",
            ContentType = "image/png",
            Width = 3,
            Height = 5,
            Content = [0, 1, 254, 255],
        },
        new MediaLogged
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Kind = MediaKind.Audio,
            Name = "voice",
            Path = "media/a.wav",
        },
        new RunStarted
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Name = "name",
            Hyperparams = JsonElement.Parse("""{"lr":[1,{"deep":null}]}"""),
            Tags = new Dictionary<string, string> { ["team"] = "nlp" },
        },
        new RunHeartbeat
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            ExpectNextIn = 5,
            Step = 7,
            TotalSteps = 9,
            EtaSeconds = double.PositiveInfinity,
            Message = "…",
        },
        new LogWritten { EventId = Guid.NewGuid(), RunId = "r", Time = Now, Level = "info", Message = new string('x', 40_000) },
        new CheckpointSaved
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Path = "p",
            Step = 1,
            IsBest = true,
            Measurements = new Dictionary<string, double> { ["loss"] = 1 },
        },
        new ArtifactSaved { EventId = Guid.NewGuid(), RunId = "r", Time = Now, Path = "p", Kind = "model", Size = 5, Sha256 = "ab" },
        new SystemSampled
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Measurements = new Dictionary<string, double> { ["cpu_percent"] = 50 },
        },
        new RunResumed { EventId = Guid.NewGuid(), RunId = "r", Time = Now, FromStep = 3 },
        new RunStopped
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = Now,
            Status = RunStatus.Failed,
            ErrorKind = "FATAL",
            Measurements = new Dictionary<string, double> { ["loss"] = double.NaN },
        },
    ];

    private static DateTimeOffset Now { get; } = new(2026, 11, 23, 7, 8, 9, 10, TimeSpan.Zero);

    [Fact]
    public void Every_kind_of_event_comes_out_as_it_went_in()
    {
        var json = JsonSerializer.Serialize(new AcceptedRequest("key", "req", Everything), OnTheBus);

        var read = JsonSerializer.Deserialize<AcceptedRequest>(json, OnTheBus);

        Assert.NotNull(read);
        Assert.Equal(InWords(Everything), InWords(read.Events));
    }

    [Fact]
    public void Events_written_as_a_JSON_list_are_read_too()
    {
        var json = $$"""{"key":"k","request_id":"r","events":{{JsonSerializer.Serialize(Everything, WireJson.Options)}}}""";

        var read = JsonSerializer.Deserialize<AcceptedRequest>(json, OnTheBus);

        Assert.NotNull(read);
        Assert.Equal(InWords(Everything), InWords(read.Events));
    }

    [Fact]
    public void Values_logged_at_many_steps_take_few_bytes()
    {
        IReadOnlyList<RunEvent> events = [.. Enumerable.Range(0, 1000).Select(step => new MetricsLogged
        {
            EventId = Guid.NewGuid(),
            RunId = "a-run-with-a-name",
            Step = step,
            Time = Now,
            Measurements = new Dictionary<string, double> { ["train/loss"] = step / 7.0 },
        })];

        var bytes = JsonSerializer.SerializeToUtf8Bytes(events, OnTheBus);

        Assert.InRange(bytes.Length, 16_000, 60_000);
    }

    [Fact]
    public void Bytes_that_are_cut_or_changed_are_refused_or_read_but_nothing_else()
    {
        var base64 = JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(Everything, OnTheBus)) ?? "";
        var bytes = Convert.FromBase64String(base64);
        var random = new Random(5);

        for (var tries = 0; tries < 20_000; tries++)
        {
            var broken = bytes[..random.Next(bytes.Length + 1)];
            if (tries % 2 == 0 && broken.Length > 0)
            {
                broken[random.Next(Math.Min(broken.Length, 400))] = (byte)random.Next(256);
            }
            var json = JsonSerializer.Serialize(Convert.ToBase64String(broken));
            try
            {
                Assert.NotNull(JsonSerializer.Deserialize<IReadOnlyList<RunEvent>>(json, OnTheBus));
            }
            catch (JsonException)
            {
                // Refused as what it is.
            }
        }
    }

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions(WireJson.Options);
        options.Converters.Insert(0, new EventListConverter());
        return options;
    }

    private static List<string> InWords(IReadOnlyList<RunEvent> events) =>
        [.. events.Select(runEvent => JsonSerializer.Serialize(runEvent, WireJson.Options))];
}
