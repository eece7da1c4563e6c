using System.Globalization;
using Trainyard.Harness;
using Trainyard.Harness.Chaos;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>
/// Random faults at random moments: what was promised is kept. <c>bench -- chaos</c> does the same for longer, and with narrower bounds.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 12;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();

    private ChaosSettings Settings => new(Seed, Duration, folder.Path, ChaosLimits.Busy);

    [Fact]
    public async Task Standalone_keeps_every_promise()
    {
        await using var system = await StruckStandalone.StartAsync(ChaosSettings.Services, ChaosLimits.Busy.Start, smallDisk: false);

        var report = await ChaosRun.RunAsync(system, Settings, StandaloneFaults.Of(system, clock: null), output.WriteLine);

        AssertKept(report);
        Assert.Contains(report.History.Backups, backup => backup.Succeeded);
    }

    /// <summary>Only when asked for (<c>-- xUnit.Explicit=only</c>): how long it takes beside the other tests is not known yet.</summary>
    [Fact(Explicit = true)]
    public async Task The_distributed_system_keeps_every_promise()
    {
        await using var postgres = new PostgresServer { Durable = true };
        await using var rabbitMq = new RabbitMqServer();
        await using var redis = new RedisServer();
        await Task.WhenAll(new Server[] { postgres, rabbitMq, redis }.Select(server => server.InitializeAsync().AsTask()));
        await using var system = await StruckSystem.StartAsync(
            postgres, rabbitMq, redis, ChaosSettings.Services, smallDisk: false, ChaosLimits.Busy.Start);

        var report = await ChaosRun.RunAsync(system, Settings, DistributedFaults.Of(system, clock: null), output.WriteLine);

        AssertKept(report);
    }

    [Fact]
    public async Task A_wrong_clock_is_wrong_and_leaves_waits_as_long_as_they_are()
    {
        var clock = SkewedClock.Find();
        Assert.SkipWhen(clock is null, "libfaketime is not here.");

        await using var standalone = await StruckStandalone.StartAsync(
            new Dictionary<string, string>([.. ChaosSettings.Services, .. clock.Variables("+10m")]),
            ChaosLimits.Busy.Start,
            smallDisk: false);
        using var client = new TrainyardClient(standalone.Address);
        var run = await client.PostAsync("/api/runs", new { name = "later" });
        var created = await client.GetAsync($"/api/runs/{TrainyardClient.Text(run, "run_id")}");

        var ahead = DateTimeOffset.Parse(TrainyardClient.Text(created, "created_at"), CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow;
        Assert.InRange(ahead, TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
        Assert.DoesNotContain("ConnectTimeout", standalone.Process.Output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static void AssertKept(ChaosReport report)
    {
        Assert.True(report.Violations.Count == 0, string.Join(Environment.NewLine, report.Violations));
        Assert.NotEmpty(report.History.Faults);
        Assert.NotEmpty(report.State.Own);
        Assert.Contains(report.History.Tries, one => one.Answer is Answer.Accepted);
    }
}
