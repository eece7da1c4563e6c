using Microsoft.Extensions.DependencyInjection;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Storage;

/// <summary>Replicas whose machines' clocks differ agree on the time.</summary>
public class DatabaseClockTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task A_replica_whose_clock_is_wrong_takes_no_run_for_silent_and_keeps_no_silent_one_for_alive(int hours)
    {
        var settings = await SettingsAsync("postgres", ("RUNS:SILENCE_SECONDS", "60"));
        await using var right = await StoreHost.StartAsync(settings, new DatabaseClock(TimeProvider.System));
        await using var wrong = await StoreHost.StartAsync(settings, new DatabaseClock(new Skewed(TimeSpan.FromHours(hours))));
        await UntilReadyAsync(right);
        await UntilReadyAsync(wrong);

        await right.StoreAsync(Event.Start("heard-by-the-right"));
        await wrong.StoreAsync(Event.Start("heard-by-the-wrong"));
        await ReconcileAsync(wrong);
        await ReconcileAsync(right);

        foreach (var run in (string[])["heard-by-the-right", "heard-by-the-wrong"])
        {
            Assert.Equal("running", (await right.GetAsync($"/api/runs/{run}")).GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task The_store_goes_by_its_servers_clock_unless_it_was_given_another()
    {
        await using var shared = await StartAsync("postgres");
        await using var alone = await StartAsync("sqlite");

        Assert.IsType<DatabaseClock>(shared.Services.GetRequiredService<TimeProvider>());
        Assert.Same(TimeProvider.System, alone.Services.GetRequiredService<TimeProvider>());
    }

    [Fact]
    public async Task Setting_the_clock_of_a_replicas_machine_changes_nothing()
    {
        var local = new SettableClock(DateTimeOffset.UtcNow.AddHours(3));
        var clock = new DatabaseClock(local);
        await using var store = await StoreHost.StartAsync(await SettingsAsync("postgres"), clock);
        await UntilReadyAsync(store);
        var before = clock.GetUtcNow();

        local.Ahead = TimeSpan.FromMinutes(10);
        local.Advance(TimeSpan.FromSeconds(5));

        Assert.InRange(before, DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow.AddMinutes(2));
        Assert.InRange(clock.GetUtcNow() - before, TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(2));
    }

    private static Task ReconcileAsync(StoreHost store) =>
        ActivatorUtilities.CreateInstance<Reconciler>(store.Services).ReconcileAsync(CancellationToken.None);

    private sealed class Skewed(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
