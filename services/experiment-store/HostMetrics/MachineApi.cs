using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.HostMetrics;

internal static class MachineApi
{
    public static void MapMachine(this IEndpointRouteBuilder endpoints)
    {
        var system = endpoints.MapGroup("/system").WithTags("System");
        system.MapGet("/status", StatusAsync).WithName("GetSystemStatus")
            .WithSummary("CPU, memory, disk, network and GPUs of the machine the store runs on")
            .WithResponseExample("""
                {"instance_id":"lab-1","host":"lab-1","time":"2026-03-04T12:00:00Z","cores":16,"cpu_percent":41.5,"uptime_seconds":86400,
                 "memory":{"total_bytes":67430000000,"available_bytes":31200000000},
                 "disk":{"total_bytes":1000200000000,"free_bytes":412000000000,
                         "read_bytes_per_second":0,"written_bytes_per_second":1048576},
                 "network":{"received_bytes_per_second":20480,"sent_bytes_per_second":4096},
                 "process":{"cpu_percent":1.2,"memory_bytes":180000000,"uptime_seconds":3600},
                 "versions":{"trainyard":"0.1.0","dotnet":"10.0.0","os":"Debian GNU/Linux 12 (bookworm)"},
                 "gpus":[{"index":0,"name":"NVIDIA H200","uuid":"GPU-3f1c","utilization_percent":97,"memory_used_bytes":81200000000,
                          "memory_total_bytes":150754820096,"temperature_celsius":61,"power_watts":640.2}]}
                """);
        system.MapGet("/history", HistoryAsync).WithName("GetSystemHistory")
            .WithSummary("History of these figures for every instance of the store")
            .WithResponseExample("""
                {"from":"2026-03-04T11:00:00Z","to":"2026-03-04T12:00:00Z",
                 "instances":[{"instance_id":"lab-1","host":"lab-1","count":720,"summarised":true,
                 "times":["2026-03-04T11:00:00Z","2026-03-04T11:00:08Z"],
                 "values":{"cpu_percent":[40.1,42.9],"gpu/0/utilization_percent":[97,null]}}]}
                """);
    }

    private static async Task<Ok<MachineStatus>> StatusAsync(MachineMonitor monitor, CancellationToken cancellationToken) =>
        TypedResults.Ok(await monitor.StatusAsync(cancellationToken));

    private static async Task<Ok<SystemHistory>> HistoryAsync(
        [AsParameters] SystemHistoryQuery query, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, clock.GetUtcNow(), token), cancellationToken));
}
