using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Trainyard.TensorBoard.Tests;

/// <summary>Files of runs that go on.</summary>
public sealed class LiveRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string root = Directory.CreateTempSubdirectory("trainyard-events-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task What_is_added_can_be_read_after_the_interval_or_a_flush()
    {
        var time = new FakeTimeProvider(EventFiles.Noon);
        var writer = Queue(time, error => Assert.Fail(error.Message));
        writer.Add(EventFiles.Scalar(1, 1));
        await UntilAsync(() => AdvanceAndReadAsync(time), steps => steps.Contains(1));

        writer.Add(EventFiles.Scalar(2, 2));
        writer.Flush();
        await UntilAsync(StepsAsync, steps => steps.Contains(2));
        writer.Add(EventFiles.Scalar(3, 3));
        Assert.True(await writer.CompleteAsync(Patience));

        Assert.Equal([0, 1, 2, 3], await StepsAsync());
        Assert.Equal(0, writer.Dropped);

        async Task<List<long>> AdvanceAndReadAsync(FakeTimeProvider clock)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            return await StepsAsync();
        }
    }

    [Fact]
    public async Task A_disk_that_does_not_respond_blocks_nobody_and_costs_the_events_that_do_not_fit()
    {
        using var disk = new ManualResetEventSlim();
        var writer = new QueuedEventWriter(
            () =>
            {
                disk.Wait(TestContext.Current.CancellationToken);
                return Folder.Create(EventFiles.Noon);
            },
            TimeSpan.FromSeconds(30), capacity: 4, error => Assert.Fail(error.Message));
        for (var step = 1; step <= 10; step++)
        {
            writer.Add(EventFiles.Scalar(step, step));
        }

        Assert.Equal(6, writer.Dropped);
        Assert.False(await writer.CompleteAsync(TimeSpan.Zero));
        disk.Set();
        Assert.True(await writer.CompleteAsync(Patience));
        Assert.Equal([0, 1, 2, 3, 4], await StepsAsync());
    }

    [Fact]
    public async Task A_full_disk_is_reported_once_and_what_was_written_before_can_be_read()
    {
        var errors = new List<Exception>();
        using var file = new FileThatFills(500);
        var writer = new QueuedEventWriter(
            () => new EventFileWriter(file, EventFiles.Noon, leaveOpen: true), TimeSpan.FromSeconds(30), capacity: 100, errors.Add);
        for (var step = 1; step <= 50; step++)
        {
            writer.Add(EventFiles.Scalar(step, step));
            writer.Flush();
        }

        Assert.True(await writer.CompleteAsync(Patience));
        Assert.IsType<IOException>(Assert.Single(errors));
        var steps = (await EventFiles.ReadAsync(file.ToArray())).ConvertAll(logged => logged.Step);
        Assert.InRange(steps.Count, 5, 15);
        Assert.Equal(Enumerable.Range(0, steps.Count).Select(step => (long)step), steps);
    }

    [Fact]
    public async Task The_file_of_a_later_attempt_is_read_later_even_if_the_clock_was_set_back()
    {
        await using (var first = Folder.Create(EventFiles.Noon))
        await using (var second = Folder.Create(EventFiles.Noon.AddHours(-1)))
        {
            Assert.True(string.CompareOrdinal(first.FilePath, second.FilePath) < 0);
            Assert.Equal([first.FilePath ?? "", second.FilePath ?? ""], Folder.Files);
        }
    }

    [Fact]
    public async Task The_progress_of_a_writer_comes_back()
    {
        var progress = new WriterProgress(new Dictionary<string, long> { ["a"] = 1, ["β"] = long.MaxValue }, Attempt: 3);

        var file = await EventFiles.WriteAsync(LogEvent.Of(EventFiles.Noon, 0) with { Progress = progress });
        var read = (await EventFiles.ReadAsync(file))[1].Progress;

        Assert.Equal(3, read?.Attempt);
        Assert.Equal(progress.Written, read?.Written);
    }

    /// <summary>TensorBoard's own HPARAMS plugin and scalars, where it is installed.</summary>
    [Fact]
    public async Task TensorBoard_shows_a_resumed_run_once_with_its_hyperparameters_results_and_last_status()
    {
        var hyperparameters = new Dictionary<string, HyperparameterValue>
        {
            ["learning_rate"] = HyperparameterValue.Of(0.001),
            ["model_size"] = HyperparameterValue.Of("tiny"),
        };
        foreach (var (from, scale) in ((long, double)[])[(0, 1), (3, 10)])
        {
            await using (var attempt = Folder.Create(EventFiles.Noon))
            {
                await attempt.WriteAsync(LogEvent.SessionStart(EventFiles.Noon, from), TestContext.Current.CancellationToken);
                await attempt.WriteAsync(
                    LogEvent.Of(EventFiles.Noon, 0, new HyperparameterExperiment(hyperparameters, ["loss"], 5),
                        new HyperparameterSessionStart(hyperparameters, 5)), TestContext.Current.CancellationToken);
                for (var step = Math.Max(1, from); step <= 4; step++)
                {
                    await attempt.WriteAsync(EventFiles.Scalar(step, step * scale), TestContext.Current.CancellationToken);
                }
                await attempt.WriteAsync(
                    LogEvent.Of(EventFiles.Noon, 0) with { Progress = new(new Dictionary<string, long> { ["loss"] = 4 }, 1) },
                    TestContext.Current.CancellationToken);
            }
            var status = from == 0 ? HyperparameterStatus.Failure : HyperparameterStatus.Success;
            await Folder.EndAsync(status, EventFiles.Noon, TestContext.Current.CancellationToken);
        }

        var shown = Assert.Single(await OutsideReaders.RunAsync("hparams_reader.py", root));

        Assert.Equal(("run", "STATUS_SUCCESS"), (shown.GetProperty("run").GetString(), shown.GetProperty("status").GetString()));
        Assert.Equal("""{"learning_rate": 0.001, "model_size": "tiny"}""", Sorted(shown.GetProperty("hparams")));
        Assert.Equal("""{"loss": 40.0}""", shown.GetProperty("metrics").GetRawText());
        Assert.Equal("""{"loss": [[1, 1.0], [2, 2.0], [3, 30.0], [4, 40.0]]}""", shown.GetProperty("scalars").GetRawText());

        static string Sorted(JsonElement members) => $"{{{string.Join(", ", members.EnumerateObject()
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"\"{member.Name}\": {member.Value.GetRawText()}"))}}}";
    }

    private LiveRunFolder Folder => new(Path.Combine(root, "run"));

    private QueuedEventWriter Queue(TimeProvider time, Action<Exception> failed) =>
        new(() => Folder.Create(EventFiles.Noon), TimeSpan.FromSeconds(30), capacity: 100, failed, time);

    private async Task<List<long>> StepsAsync() => EventFolder.Find(root).SingleOrDefault() is { } folder
        ? await folder.ReadAsync(cancellationToken: TestContext.Current.CancellationToken).Select(logged => logged.Step)
            .ToListAsync(TestContext.Current.CancellationToken)
        : [];

    private static async Task UntilAsync(Func<Task<List<long>>> read, Func<List<long>, bool> satisfied)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!satisfied(await read()))
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>A disk with room for some bytes, which takes what fits of a write that does not.</summary>
    private sealed class FileThatFills(int room) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var fits = (int)Math.Min(buffer.Length, room - Length);
            await base.WriteAsync(buffer[..fits], cancellationToken);
            if (fits < buffer.Length)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
