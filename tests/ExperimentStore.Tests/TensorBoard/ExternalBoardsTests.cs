using Trainyard.Contracts.Runs;
using Trainyard.Harness;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Tests.TensorBoard;

public sealed class ExternalBoardsTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis), IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("trainyard-boards-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_external_run_appears_in_TensorBoard_while_it_goes_on(string database)
    {
        await using var store = await StartAsync(database, settings: Settings);
        await store.StoreAsync(Event.Start("r"), Event.Metrics("r", 1, new() { ["train/loss"] = 2.5, ["lr"] = double.NaN }));
        await UntilAsync("r", ["lr 1 NaN", "train/loss 1 2.5"]);
        await store.StoreAsync(Event.Metric("r", 2, "train/loss", 1.5), Event.Stop("r", RunStatus.Completed));
        await UntilAsync("r", ["lr 1 NaN", "train/loss 1 2.5", "train/loss 2 1.5"]);

        await Wait.UntilAsync(async () => await new LiveRunFolder(Path.Combine(root, "r")).ReadEndAsync(), end => end is not null);
    }

    /// <summary>Each replica commits events of the same run.</summary>
    [Fact]
    public async Task Two_replicas_write_every_point_once_and_a_third_goes_on_when_they_are_gone()
    {
        var settings = await SettingsAsync("postgres", Settings);
        await using (var first = await StoreHost.StartAsync(settings))
        await using (var second = await StoreHost.StartAsync(settings))
        {
            for (var step = 0; step < 20; step++)
            {
                await (step % 2 == 0 ? first : second).StoreAsync(Event.Metric("r", step, "loss", step));
            }
            await UntilAsync("r", Expected(20));
        }
        var switchedOff = new Dictionary<string, string?>(settings) { ["TENSORBOARD:ENABLED"] = null, ["TENSORBOARD:EXTERNAL"] = null };
        await using (var off = await StoreHost.StartAsync(switchedOff))
        {
            await off.StoreAsync(Event.Metric("r", 20, "loss", 20));
        }
        await using var third = await StoreHost.StartAsync(settings);
        await UntilAsync("r", Expected(21));

        static string[] Expected(int count) => [.. Enumerable.Range(0, count).Select(step => $"loss {step} {step}")];
    }

    [Fact]
    public async Task A_deleted_run_takes_its_files_along_and_no_others()
    {
        await using var store = await StartAsync("sqlite", settings: Settings);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1), Event.Stop("r", RunStatus.Completed));
        await store.StoreAsync(Event.Metric("s", 1, "loss", 1), Event.Stop("s", RunStatus.Completed));
        await UntilAsync("r", ["loss 1 1"]);
        await UntilAsync("s", ["loss 1 1"]);
        var others = Path.Combine(root, "s", "events.out.tfevents.1772625600.host.1.0");
        await File.WriteAllBytesAsync(others, [], TestContext.Current.CancellationToken);

        foreach (var run in (string[])["r", "s"])
        {
            await Wait.UntilAsync(async () => await new LiveRunFolder(Path.Combine(root, run)).ReadEndAsync(), end => end is not null);
            await store.SendAsync(HttpMethod.Delete, $"/api/runs/{run}?permanent=true");
        }

        await Wait.UntilAsync(() => !Directory.Exists(Path.Combine(root, "r")));
        await Wait.UntilAsync(() => Directory.GetFiles(Path.Combine(root, "s")) is [var left] && left == others);
    }

    [Fact]
    public async Task Runs_of_the_own_trainer_are_left_to_the_trainer()
    {
        await using var store = await StartAsync("sqlite", settings: [("TENSORBOARD:ENABLED", "true"), ("TENSORBOARD:LOG_DIR", root)]);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1), Event.Stop("r", RunStatus.Completed));

        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    private (string, string)[] Settings =>
    [
        ("TENSORBOARD:ENABLED", "true"), ("TENSORBOARD:EXTERNAL", "true"), ("TENSORBOARD:LOG_DIR", root), ("TENSORBOARD:FLUSH_SECS", "0.1"),
    ];

    private async Task UntilAsync(string run, string[] points)
    {
        await Wait.UntilAsync(() => PointsAsync(run), found => found.Count >= points.Length);
        Assert.Equal(points.Order(StringComparer.Ordinal), (await PointsAsync(run)).Order(StringComparer.Ordinal));
    }

    private async Task<List<string>> PointsAsync(string run)
    {
        if (EventFolder.Find(root).SingleOrDefault(folder => folder.Name == run) is not { } folder)
        {
            return [];
        }
        return
        [
            .. from logged in await folder.ReadCleanAsync(cancellationToken: TestContext.Current.CancellationToken)
                   .ToListAsync(TestContext.Current.CancellationToken)
               from scalar in logged.Values.OfType<ScalarValue>()
               select FormattableString.Invariant($"{scalar.Tag} {logged.Step} {scalar.Value}"),
        ];
    }
}
