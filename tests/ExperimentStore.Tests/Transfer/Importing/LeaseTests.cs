using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Transfer.Importing;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

/// <summary>The lease of an import that another process reads.</summary>
public class LeaseTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly SettableClock clock = new(DateTimeOffset.UtcNow);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_live_process_keeps_its_import_while_a_clock_is_ahead(string database)
    {
        await using var store = await StartAsync(database, clock);
        await AddAsync(store, clock.GetUtcNow() + Lease);
        await PassAsync(store);

        clock.Ahead = TimeSpan.FromMinutes(10);
        await PassAsync(store);
        clock.Ahead = TimeSpan.Zero;
        clock.Advance(TimeSpan.FromSeconds(10));
        await RenewAsync(store);
        await PassAsync(store);
        clock.Advance(TimeSpan.FromSeconds(25));
        await PassAsync(store);

        Assert.Equal("another", await WorkerAsync(store));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_import_of_a_process_that_died_while_its_clock_was_ahead_is_taken_after_the_usual_time(string database)
    {
        await using var store = await StartAsync(database, clock);
        await AddAsync(store, clock.GetUtcNow() + TimeSpan.FromDays(1) + Lease);
        await PassAsync(store);

        clock.Advance(Lease);
        await PassAsync(store);

        await store.EndedAsync("import-theirs");
    }

    private static async Task AddAsync(StoreHost store, DateTimeOffset leasedUntil)
    {
        var path = Path.Combine(store.Corpus, "theirs.json");
        await File.WriteAllTextAsync(path, "{}");
        await store.Services.GetRequiredService<Database>().WriteAsync((db, _) =>
        {
            db.Imports.Add(new()
            {
                Id = "import-theirs",
                Format = ImportFormat.Trainyard,
                State = ImportState.Running,
                Path = path,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Worker = "another",
                LeasedUntil = leasedUntil,
            });
            return Task.CompletedTask;
        }, CancellationToken.None);
    }

    private Task<int> RenewAsync(StoreHost store)
    {
        var until = clock.GetUtcNow() + Lease;
        return store.Services.GetRequiredService<Database>().WriteAsync((db, token) => db.Imports
            .Where(import => import.Id == "import-theirs")
            .ExecuteUpdateAsync(set => set.SetProperty(import => import.LeasedUntil, until), token), CancellationToken.None);
    }

    /// <summary>Makes the store look for imports: it ends a new one, after it has considered the older one.</summary>
    private static async Task PassAsync(StoreHost store) => await store.UploadAsync("{}"u8.ToArray(), "format=trainyard");

    private static Task<string?> WorkerAsync(StoreHost store) => store.Services.GetRequiredService<Database>().ReadAsync(
        (db, token) => db.Imports.Where(import => import.Id == "import-theirs").Select(import => import.Worker).SingleAsync(token),
        CancellationToken.None);
}
