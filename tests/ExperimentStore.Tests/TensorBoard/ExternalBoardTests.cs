using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.TensorBoard;
using Trainyard.Harness;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Tests.TensorBoard;

/// <summary>The file of one external run, updated as the background job does it.</summary>
public sealed class ExternalBoardTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis), IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("trainyard-boards-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_file_cut_anywhere_is_continued_without_losing_or_repeating_a_point(string database)
    {
        await using var store = await StartAsync(database);
        var board = await OpenAsync();
        for (var step = 0; step < 4; step++)
        {
            // The last value of each update belongs to an earlier step than the one before.
            await store.StoreAsync(
                Event.Metrics("r", (2 * step) + 1, new() { ["loss"] = step, ["lr"] = 1 }), Event.Metric("r", 2 * step, "loss", 0.5));
            await UpdateAsync(store, board);
        }
        var file = Assert.Single(Folder.Files);
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var expected = Sorted(await PointsAsync());
        Assert.Equal(12, expected.Count);

        for (var length = 0; length < whole.Length; length += 29)
        {
            await File.WriteAllBytesAsync(file, whole[..length], TestContext.Current.CancellationToken);
            await UpdateAsync(store, await OpenAsync());

            Assert.Equal(expected, Sorted(await PointsAsync()));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_resumed_run_goes_on_with_its_clean_curve_and_its_new_end(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Start("r"), Event.Metric("r", 1, "loss", 1), Event.Metric("r", 2, "loss", 2),
            Event.Metric("r", 3, "loss", 3), Event.Stop("r", RunStatus.Failed));
        await UpdateAsync(store, await OpenAsync());
        Assert.Equal(HyperparameterStatus.Failure, await Folder.ReadEndAsync(TestContext.Current.CancellationToken));

        await store.StoreAsync(Event.Resume("r", 2), Event.Metric("r", 2, "loss", 20));
        await UpdateAsync(store, await OpenAsync());
        Assert.Null(await Folder.ReadEndAsync(TestContext.Current.CancellationToken));
        // A late value of the first attempt, which the second replaces.
        await store.StoreAsync(Event.Metric("r", 4, "loss", 4, attempt: 1), Event.Metric("r", 3, "loss", 30));
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));
        await UpdateAsync(store, await OpenAsync());

        Assert.Equal(["loss 1 1", "loss 2 20", "loss 3 30"], await PointsAsync());
        Assert.Equal(HyperparameterStatus.Success, await Folder.ReadEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Hyperparameters_that_come_late_are_written_once()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        await UpdateAsync(store, await OpenAsync());
        using var config = System.Text.Json.JsonDocument.Parse("""{"lr":0.1,"model":{"layers":2}}""");
        await store.StoreAsync(Event.Start("r") with { Hyperparams = config.RootElement, SpectralNorm = true });
        var board = await OpenAsync();
        await UpdateAsync(store, board);
        await store.StoreAsync(Event.Metric("r", 2, "loss", 2));
        await UpdateAsync(store, board);
        await UpdateAsync(store, await OpenAsync());

        var session = Assert.Single((await ReadAsync()).SelectMany(logged => logged.Values).OfType<HyperparameterSessionStart>());
        Assert.Equal(
            new Dictionary<string, HyperparameterValue>
            {
                ["lr"] = HyperparameterValue.Of(0.1),
                ["model/layers"] = HyperparameterValue.Of(2),
                ["spectral_norm"] = HyperparameterValue.Of(true),
            },
            session.Hyperparameters);
    }

    [Fact]
    public async Task A_run_far_behind_is_streamed()
    {
        const int Count = 100_500;
        await using var store = await StartAsync("sqlite");
        foreach (var steps in Enumerable.Range(0, Count).Chunk(5000))
        {
            await store.StoreAsync([.. steps.Select(step => Event.Metric("r", step, "loss", step))]);
        }
        await UpdateAsync(store, await OpenAsync());

        Assert.Equal(
            Enumerable.Range(0, Count), (await ReadAsync()).Where(logged => logged.Values.Count > 0).Select(logged => (int)logged.Step));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_leaves_the_file_as_it_was()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var board = await OpenAsync();
        await File.WriteAllTextAsync(Folder.Path, "a file", TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<IOException>(() => UpdateAsync(store, board));

        File.Delete(Folder.Path);
        await UpdateAsync(store, await OpenAsync());
        Assert.Equal(["loss 1 1"], await PointsAsync());
    }

    private LiveRunFolder Folder => new(Path.Combine(root, "r"));

    private Task<ExternalBoard> OpenAsync() => ExternalBoard.OpenAsync(Folder, TestContext.Current.CancellationToken);

    private static async Task UpdateAsync(StoreHost store, ExternalBoard board)
    {
        var source = store.Services.GetRequiredService<BoardSource>();
        var run = await source.RunAsync("r", TestContext.Current.CancellationToken);
        Assert.NotNull(run);
        await board.UpdateAsync(run, source, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
    }

    private async Task<List<LogEvent>> ReadAsync() =>
        await EventFolder.Find(root).Single().ReadCleanAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    private async Task<List<string>> PointsAsync() =>
    [
        .. from logged in await ReadAsync()
           from scalar in logged.Values.OfType<ScalarValue>()
           select FormattableString.Invariant($"{scalar.Tag} {logged.Step} {scalar.Value}"),
    ];

    private static List<string> Sorted(List<string> points) => [.. points.Order(StringComparer.Ordinal)];
}
