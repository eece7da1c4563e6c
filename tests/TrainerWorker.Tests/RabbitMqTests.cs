using Trainyard.Contracts.Runs;
using Trainyard.Harness;

namespace Trainyard.TrainerWorker.Tests;

public class RabbitMqTests(RedisServer redis, RabbitMqServer rabbit)
{
    [Fact]
    public async Task Runs_queued_while_a_worker_is_busy_wait_in_the_broker_and_go_to_whoever_is_idle()
    {
        (string, string)[] settings = [("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbit.ConnectionString)];
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString, settings);
        var config = WorkerHost.Config with { MaxSteps = 200 };
        string[] runs = [await host.QueueAsync(config), await host.QueueAsync(config), await host.QueueAsync(config)];

        foreach (var run in runs)
        {
            Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(run)).Status);
        }
        Assert.All(runs, run => Assert.Equal(1, host.Store.ClaimsOf(run)));
    }
}
