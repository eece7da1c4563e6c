using Trainyard.Servers;
using Trainyard.Servers.Chaos;
using Trainyard.Servers.Faults;
using Trainyard.Servers.Processes;

namespace Trainyard.SystemTests;

/// <summary>
/// Random faults at random moments: what was promised is kept. <c>bench -- chaos</c> does the same for longer. Only run when asked for
/// (<c>-- xUnit.Explicit=only</c>): a machine busy with other tests may take longer to start a service than this waits.
/// </summary>
[Collection(OneSystemAtATime.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Seed = 12;
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    [Fact(Explicit = true)]
    public async Task Every_promise_is_kept()
    {
        using var folder = new TemporaryFolder();
        await using var postgres = new PostgresServer { Durable = true };
        await using var rabbitMq = new RabbitMqServer();
        await using var redis = new RedisServer();
        await Task.WhenAll(new Server[] { postgres, rabbitMq, redis }.Select(server => server.InitializeAsync().AsTask()));
        await using var system = await StruckSystem.StartAsync(postgres, rabbitMq, redis, ChaosRun.Settings);

        var report = await ChaosRun.RunAsync(system, Seed, Duration, ChaosPlan.Faults, folder.Path, output.WriteLine);

        Assert.True(report.Violations.Count == 0, string.Join(Environment.NewLine, report.Violations));
        Assert.NotEmpty(report.History.Faults);
        Assert.NotEmpty(report.State.Own);
    }
}
