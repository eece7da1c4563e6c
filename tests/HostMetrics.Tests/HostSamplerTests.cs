namespace Trainyard.HostMetrics.Tests;

public class HostSamplerTests
{
    [Fact]
    public void Rates_and_percentages_start_with_the_second_sample()
    {
        var unreadable = new List<Exception>();
        using var sampler = new HostSampler(AppContext.BaseDirectory, TimeProvider.System, unreadable.Add);

        var first = sampler.Sample();
        var second = sampler.Sample();

        Assert.Null(first.CpuPercent);
        Assert.Null(first.Process.CpuPercent);
        Assert.Equal((null, null), (first.Network.ReceivedBytesPerSecond, first.Network.SentBytesPerSecond));
        Assert.NotNull(second.Process.CpuPercent);
        Assert.True(second.Time >= first.Time);
        Assert.Equal(Environment.ProcessorCount, second.Cores);
        Assert.InRange(second.Memory.AvailableBytes ?? 0, 0, second.Memory.TotalBytes);
        if (OperatingSystem.IsLinux())
        {
            Assert.NotNull(second.Network.ReceivedBytesPerSecond);
            Assert.Empty(unreadable);
        }
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_on_the_disk_of_its_root()
    {
        var missing = Path.Combine(AppContext.BaseDirectory, "missing", "folder");
        using var sampler = new HostSampler(missing, TimeProvider.System, _ => { });

        var disk = sampler.Sample().Disk;

        Assert.Equal(new DriveInfo(Path.GetPathRoot(missing) ?? "/").TotalSize, disk?.TotalBytes);
    }

    [Fact]
    public void Values_are_named_with_their_unit_and_leave_out_what_is_unknown()
    {
        var sample = new HostStatus(
            "lab-1", DateTimeOffset.UnixEpoch, Cores: 2, CpuPercent: null, UptimeSeconds: 10, new(100, 40), Disk: null, new(5, null),
            new(1, 30, 2), [new GpuStatus(1, "card", UtilizationPercent: 97)]);

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["memory_used_bytes"] = 60,
                ["network_received_bytes_per_second"] = 5,
                ["process_cpu_percent"] = 1,
                ["process_memory_bytes"] = 30,
                ["gpu/1/utilization_percent"] = 97,
            },
            sample.Values());
    }
}
