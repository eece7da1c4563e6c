using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>Keys are deleted after a week, in chunks.</summary>
public class ExpiredKeyTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private const int Old = 23_000;

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_keys_older_than_a_week_are_deleted(string database)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var store = await StartAsync(database, clock);
        await RememberAsync(store, "old", Old, clock.GetUtcNow() - TimeSpan.FromDays(7.01));
        await RememberAsync(store, "young", 10, clock.GetUtcNow() - TimeSpan.FromDays(6.99));

        await Expiry(store).CatchUpAsync(CancellationToken.None);

        Assert.Equal(10, await CountAsync(store));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clock_that_is_ahead_for_a_moment_deletes_no_key(string database)
    {
        var clock = new SettableClock(DateTimeOffset.UtcNow);
        await using var store = await StartAsync(database, clock);
        await RememberAsync(store, "young", 10, clock.GetUtcNow());

        clock.Ahead = TimeSpan.FromDays(8);
        await Expiry(store).CatchUpAsync(CancellationToken.None);

        Assert.Equal(10, await CountAsync(store));
    }

    [Fact]
    public async Task A_key_that_can_not_be_deleted_does_not_block_the_others()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var settings = await SettingsAsync("postgres");
        await using var store = await StoreHost.StartAsync(settings, clock);
        var since = clock.GetUtcNow() - TimeSpan.FromDays(8);
        await RememberAsync(store, "old", Old, since);
        await RememberAsync(store, "newest", 1, since.AddHours(1));
        await using var other = new NpgsqlConnection(settings["ConnectionStrings:trials"]);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var holding = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM remembered_keys WHERE key = 'newest0' FOR UPDATE", other, holding))
        {
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var forgetting = Expiry(store).CatchUpAsync(CancellationToken.None);
        await Wait.UntilAsync(() => CountAsync(store), count => count <= 5_000);
        await holding.RollbackAsync(TestContext.Current.CancellationToken);

        await forgetting;
        Assert.Equal(0, await CountAsync(store));
    }

    /// <summary>A new instance that has not run yet, as on another replica.</summary>
    private static ExpiredKeys Expiry(StoreHost store) => ActivatorUtilities.CreateInstance<ExpiredKeys>(store.Services);

    private static Task<HashSet<string>> RememberAsync(StoreHost store, string prefix, int count, DateTimeOffset at)
    {
        var keys = Enumerable.Range(0, count)
            .Select(index => new RememberedKey { Key = $"{prefix}{index}", RunId = "", BodyHash = 0, StoredAt = at })
            .ToList();
        return store.Services.GetRequiredService<Database>()
            .WriteAsync((db, token) => db.KeyBulk().RememberAsync(keys, token), CancellationToken.None);
    }

    private static Task<int> CountAsync(StoreHost store) =>
        store.Services.GetRequiredService<Database>().ReadAsync((db, token) => db.Keys.CountAsync(token), CancellationToken.None);
}
