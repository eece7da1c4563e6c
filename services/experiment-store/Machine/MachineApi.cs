using Microsoft.AspNetCore.Http.HttpResults;

namespace Trainyard.ExperimentStore.Machine;

internal static class MachineApi
{
    public static void MapMachine(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/system/status", StatusAsync)
        .WithTags("System").WithName("GetSystemStatus").WithSummary("CPU, memory, disk and GPUs of the machine the store runs on");

    private static async Task<Ok<MachineStatus>> StatusAsync(MachineMonitor monitor, CancellationToken cancellationToken) =>
        TypedResults.Ok(await monitor.StatusAsync(cancellationToken));
}
