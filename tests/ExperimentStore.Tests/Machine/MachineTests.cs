using System.Text.Json;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests.Machine;

public class MachineTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task The_state_of_the_machine_is_told_and_kept_fresh()
    {
        await using var store = await StartAsync("sqlite", settings: ("SYSTEM:SAMPLE_SECONDS", "0.1"));
        var first = await store.GetAsync("/api/system/status");

        var status = await UntilAsync(
            () => store.GetAsync("/api/system/status"),
            now => now.GetProperty("time").GetDateTimeOffset() > first.GetProperty("time").GetDateTimeOffset());

        Assert.Equal(Environment.ProcessorCount, status.GetProperty("cores").GetInt32());
        Assert.InRange(status.GetProperty("process").GetProperty("cpu_percent").GetDouble(), 0, 100);
        Assert.True(status.GetProperty("process").GetProperty("memory_bytes").GetInt64() > 1_000_000);
        var (memory, disk) = (status.GetProperty("memory"), status.GetProperty("disk"));
        Assert.True(memory.GetProperty("total_bytes").GetInt64() > 1_000_000);
        Assert.InRange(disk.GetProperty("free_bytes").GetInt64(), 0, disk.GetProperty("total_bytes").GetInt64());
        Assert.StartsWith("10.", status.GetProperty("versions").GetProperty("dotnet").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, status.GetProperty("gpus").ValueKind);
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(status.GetProperty("cpu_percent").GetDouble(), 0, 100);
            Assert.InRange(memory.GetProperty("available_bytes").GetInt64(), 1, memory.GetProperty("total_bytes").GetInt64());
        }
    }
}
