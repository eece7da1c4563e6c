using Microsoft.Extensions.DependencyInjection;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

/// <summary>What is left of uploads whose process died.</summary>
public class CleanupTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly SettableClock clock = new(DateTimeOffset.UtcNow);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Files_of_an_upload_are_removed_after_a_day_and_not_by_a_clock_that_is_ahead_for_a_moment(string database)
    {
        await using var store = await StartAsync(database, clock);
        await PassAsync(store);
        var later = Day + TimeSpan.FromHours(1);
        var upload = Directory.CreateDirectory(
            Path.Combine(store.Services.GetRequiredService<AppPaths>().DataRoot, "imports", "import-unfinished"));
        var file = Path.Combine(upload.FullName, "upload");
        await File.WriteAllTextAsync(file, "{}");
        File.SetLastWriteTimeUtc(file, (clock.GetUtcNow() + later).UtcDateTime);

        clock.Ahead = 2 * Day;
        clock.Advance(later);
        await PassAsync(store);
        Assert.True(File.Exists(file));

        clock.Ahead = TimeSpan.Zero;
        clock.Advance(later);
        await PassAsync(store);
        Assert.False(Directory.Exists(upload.FullName));
    }

    /// <summary>Makes the store look for imports, and before that for leftovers, at least once from the beginning.</summary>
    private static async Task PassAsync(StoreHost store)
    {
        await store.UploadAsync("{}"u8.ToArray(), "format=trainyard");
        await store.UploadAsync("{}"u8.ToArray(), "format=trainyard");
    }
}
