using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;
using static SQLitePCL.raw;

namespace Trainyard.ExperimentStore.Tests.Storage;

/// <summary>A database that can be read and takes no writes, as one on a full disk.</summary>
public sealed class FailedWriteTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory]
    [ClassData(typeof(BothDatabases))]
    public async Task A_store_whose_last_write_failed_is_not_ready_until_one_succeeds(string database)
    {
        await using var store = await StartAsync(database);
        await UntilReadyAsync(store);

        // A write of the store's own may succeed in between.
        var answer = await Wait.UntilAsync(FailAndAskAsync, answer => answer.Status is HttpStatusCode.ServiceUnavailable);
        Assert.Contains("is its disk full?", answer.Body, StringComparison.Ordinal);

        await store.StoreAsync(Event.Metric("r", 1, "loss", 0.5));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync()).Status);

        async Task<(HttpStatusCode Status, string Body)> FailAndAskAsync()
        {
            var failure = await Assert.ThrowsAsync<TrainyardException>(() => store.Services.GetRequiredService<Database>().WriteAsync(
                (_, _) => throw new SqliteException("database or disk is full", SQLITE_FULL), TestContext.Current.CancellationToken));
            Assert.Equal(ErrorCode.BackendUnavailable, failure.Code);
            return await AskAsync();
        }

        async Task<(HttpStatusCode Status, string Body)> AskAsync()
        {
            using var ready = await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return (ready.StatusCode, await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_failed_write_is_forgotten_when_nobody_writes()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var writes = new FailedWrites(clock);
        clock.Advance(TimeSpan.FromMinutes(1));
        writes.Failed();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.True(writes.Recently);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(writes.Recently);
    }
}
