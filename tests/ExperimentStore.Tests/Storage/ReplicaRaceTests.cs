using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Trainyard.Contracts.Events;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Storage;

public class ReplicaRaceTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task Replicas_that_meet_new_runs_and_experiments_at_once_repeat_no_transaction()
    {
        var logged = new FakeLoggerProvider();
        var settings = await SettingsAsync("postgres");
        await using var first = await StoreHost.StartAsync(settings, configure: Capture);
        await using var second = await StoreHost.StartAsync(settings, configure: Capture);

        for (var round = 0; round < 20; round++)
        {
            var events = Enumerable.Range(0, 5)
                .Select(run => Event.Metric($"r-{round}-{run}", 1, "loss", 1) with { ExperimentId = $"e-{round}" });
            RunEvent[] batch = [.. events];
            await Task.WhenAll(first.StoreAsync(batch), second.StoreAsync(batch), first.StoreAsync(batch), second.StoreAsync(batch));
        }

        Assert.DoesNotContain(
            logged.Collector.GetSnapshot(), entry => entry.Message.Contains("Retrying a transaction", StringComparison.Ordinal));
        Assert.Equal(4, (await first.GetAsync("/api/runs/r-0-0/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64());

        void Capture(WebApplicationBuilder builder) => builder.Logging.AddProvider(logged);
    }
}
