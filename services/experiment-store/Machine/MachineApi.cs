using Microsoft.AspNetCore.Http.HttpResults;

namespace Trainyard.ExperimentStore.Machine;

internal static class MachineApi
{
    public static void MapMachine(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/system/status", Status)
        .WithTags("System").WithName("GetSystemStatus").WithSummary("CPU, memory and disk of the machine the store runs on");

    private static Ok<MachineStatus> Status(MachineMonitor monitor) => TypedResults.Ok(monitor.Look());
}
