using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ServiceDefaults.Version;

/// <summary>The server's version.</summary>
/// <param name="Version">The release, such as <c>0.1.0</c>.</param>
public sealed record RunningVersion(string Version)
{
    public static RunningVersion Current { get; } = new(typeof(RunningVersion).Assembly.GetName().Version?.ToString(3) ?? "0");
}

internal static class VersionApi
{
    public static void MapVersion(this IEndpointRouteBuilder routes) => routes
        .MapGet("/api/version", () => TypedResults.Ok(RunningVersion.Current))
        .WithName("GetVersion").WithSummary("Get the server's version").WithTags("System")
        .WithResponseExample("""{"version":"0.1.0"}""").AnswerHead();
}
