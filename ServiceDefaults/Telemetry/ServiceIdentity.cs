using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>The identity of the process in logs and telemetry.</summary>
/// <param name="Service"><c>OTEL_SERVICE_NAME</c>, else the project's name: <c>event-ingest</c>.</param>
/// <param name="Instance"><c>service.instance.id</c> of <c>OTEL_RESOURCE_ATTRIBUTES</c>, else the machine and process id.</param>
internal sealed record ServiceIdentity(string Service, string Instance)
{
    private const string InstanceAttribute = "service.instance.id=";

    public static ServiceIdentity Of(IConfiguration configuration, IHostEnvironment environment) => new(
        configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } service ? service : KebabCase(environment.ApplicationName),
        InstanceIn(configuration["OTEL_RESOURCE_ATTRIBUTES"]) ?? $"{Environment.MachineName}:{Environment.ProcessId}");

    private static string? InstanceIn(string? attributes) => attributes?
        .Split(',', StringSplitOptions.TrimEntries)
        .Where(attribute => attribute.StartsWith(InstanceAttribute, StringComparison.Ordinal))
        .Select(attribute => Uri.UnescapeDataString(attribute[InstanceAttribute.Length..]))
        .FirstOrDefault();

    private static string KebabCase(string application) => string.Concat(
        application[(application.LastIndexOf('.') + 1)..].Select((letter, index) =>
            char.IsUpper(letter) && index > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
