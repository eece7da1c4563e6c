using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>
/// Whatever dies, hangs or is cut off: nothing acknowledged is lost or doubled, every run reaches its end, and the system recovers by
/// itself.
/// </summary>
[Collection(OneSystemAtATime.Name)]
public sealed class FaultTests(FaultTests.System system) : IClassFixture<FaultTests.System>
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(4);

    public static TheoryData<string> Faults => [.. Fault.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Nothing_is_lost(string name)
    {
        var fault = Fault.All.Single(known => known.Name == name);
        var struck = await system.StartedAsync();

        var report = await struck.ObserveAsync(fault, Hold);

        Assert.Equal((0, 0), (report.Lost, report.Doubled));
        Assert.Equal("completed", report.Run.Status);
        Assert.All(report.Run.Trainings, workers => Assert.Equal(1, workers));
        Assert.Equal(report.Run.Attempts, report.Run.Trainings.Count);
        Assert.Equal(report.Run.Steps.Distinct(), report.Run.Steps);
        Assert.All(report.Run.Steps.Zip(report.Run.Steps.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, 20));
        if (fault.Complaint is { } complaint)
        {
            Assert.Contains(complaint, report.Complaints);
        }
    }

    /// <summary>Servers of its own, which are stopped, and one system for all faults: it has to come back from each.</summary>
    public sealed class System : IAsyncLifetime
    {
        private readonly (PostgresServer Postgres, RabbitMqServer RabbitMq, RedisServer Redis) servers =
            (new() { Durable = true }, new(), new());
        private StruckSystem? struck;

        public async ValueTask InitializeAsync() => await Task.WhenAll(
            servers.Postgres.InitializeAsync().AsTask(),
            servers.RabbitMq.InitializeAsync().AsTask(),
            servers.Redis.InitializeAsync().AsTask());

        public async Task<StruckSystem> StartedAsync() => struck ??= await StruckSystem.StartAsync(
            servers.Postgres, servers.RabbitMq, servers.Redis, ShortLease.Settings);

        public async ValueTask DisposeAsync()
        {
            foreach (var one in new IAsyncDisposable?[] { struck, servers.Redis, servers.RabbitMq, servers.Postgres })
            {
                if (one is not null)
                {
                    await one.DisposeAsync();
                }
            }
        }
    }
}
