using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;
using Trainyard.StartChecks;

namespace Trainyard.AppHost;

/// <summary>Finds wrong settings before anything starts, so that each is one line and not a stack trace.</summary>
internal static class SettingErrors
{
    private const int MaxReplicas = 100;

    private static readonly string[] Servers = [ResourceNames.Trials, ResourceNames.RabbitMq, ResourceNames.Redis];

    private static readonly string[] WithReplicas =
    [
        Configuration.InKeys(ResourceNames.EventIngest),
        Configuration.InKeys(ResourceNames.ExperimentStore),
        Configuration.InKeys(ResourceNames.TrainerWorker),
    ];

    // Aspire's dashboard, its OTLP endpoint and the resource service.
    private static readonly string[] AspireAddresses =
        ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <summary>Prints each error as a line that names the setting.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool HasSettingErrors(this IDistributedApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        List<string> errors =
        [
            .. Flags(settings), .. Ports(settings), .. Replicas(settings), .. ConnectionStrings(settings), .. ApiKey.Errors(settings),
        ];
        if (errors.Count == 0 && builder.ExecutionContext.IsRunMode)
        {
            errors.AddRange([.. TakenAddresses(builder), .. Certificate(builder)]);
        }
        foreach (var error in errors)
        {
            Console.Error.WriteLine($"Trainyard can't start: {error}");
        }
        return errors.Count > 0;
    }

    private static IEnumerable<string> Flags(ConfigurationManager settings) =>
        from key in new[] { Configuration.EmbeddedKey, Configuration.HttpsKey }
        let value = settings[key]
        where value is { Length: > 0 } && !bool.TryParse(value, out _)
        select $"{Variable(key)} must be true or false, not '{value}'.";

    private static IEnumerable<string> Ports(ConfigurationManager settings) =>
        new[] { Configuration.PortKey, Configuration.HttpsPortKey }
            .SelectMany(key => Range(settings, key, IPEndPoint.MinPort + 1, IPEndPoint.MaxPort));

    private static IEnumerable<string> Replicas(ConfigurationManager settings)
    {
        foreach (var service in settings.GetSection(Configuration.ReplicasKey).GetChildren())
        {
            var errors = WithReplicas.Contains(service.Key, StringComparer.OrdinalIgnoreCase)
                ? Range(settings, service.Path, 1, MaxReplicas)
                : [$"{Variable(service.Path)} names no service with replicas. These are {string.Join(", ", WithReplicas)}."];
            foreach (var error in errors)
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<string> ConnectionStrings(ConfigurationManager settings) =>
        from server in Servers
        let value = settings.GetConnectionString(server)
        where value is { Length: > 0 }
        let error = ConnectionString.Error(server, value)
        where error is not null
        select error;

    private static IEnumerable<string> TakenAddresses(IDistributedApplicationBuilder builder)
    {
        List<(string Url, string Remedy)> addresses =
            [($"http://localhost:{builder.Port()}", $"Set {Variable(Configuration.PortKey)} to another port")];
        if (builder.HttpsPort() is { } port)
        {
            addresses.Add(($"https://localhost:{port}", $"Set {Variable(Configuration.HttpsPortKey)} to another port"));
        }
        foreach (var key in AspireAddresses)
        {
            // An argument, because a launch profile sets these variables, whatever they were before.
            var remedy = $"Pass another address: dotnet run --project AppHost -- --{key}=http://localhost:PORT";
            var urls = builder.Configuration[key]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            addresses.AddRange((urls ?? []).Select(url => (url, remedy)));
        }
        return from address in addresses
               let error = ListeningAddress.Error(address.Url)
               where error is not null
               select $"{error}. {address.Remedy}";
    }

    private static IEnumerable<string> Certificate(IDistributedApplicationBuilder builder)
    {
        var usesHttps = builder.HttpsPort() is not null
            || AspireAddresses.Any(key => builder.Configuration[key]?.Contains("https://", StringComparison.OrdinalIgnoreCase) == true);
        if (usesHttps && !builder.Configuration.GetSection("Kestrel:Certificates:Default").Exists() && !HasDevelopmentCertificate())
        {
            yield return "HTTPS needs a development certificate. Make one with: dotnet dev-certs https --trust";
        }
    }

    private static bool HasDevelopmentCertificate()
    {
        const string MarkOfDevelopmentCertificates = "1.3.6.1.4.1.311.84.1.1";
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadOnly);
        return store.Certificates.Find(X509FindType.FindByExtension, MarkOfDevelopmentCertificates, validOnly: false)
            .Any(certificate => certificate.HasPrivateKey && certificate.NotAfter > DateTime.Now);
    }

    private static IEnumerable<string> Range(ConfigurationManager settings, string key, int min, int max) =>
        settings[key] is { Length: > 0 } value
        && !(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            ? [$"{Variable(key)} must be a whole number from {min} to {max}, not '{value}'."]
            : [];

    private static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
