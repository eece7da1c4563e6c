using Microsoft.Extensions.Configuration.Memory;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Standalone.Embedded;

/// <summary>What stands in for Postgres, RabbitMQ and Redis in one process. Everything else is the distributed system's code.</summary>
internal static class EmbeddedServers
{
    public static void UseEmbeddedServers(this WebApplicationBuilder builder)
    {
        var redis = EmbeddedRedis.Start();
        // Lowest in rank: every setting a person gives wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [WebHostDefaults.ServerUrlsKey] = ListeningAddresses.Default,
                ["AllowedHosts"] = IsOpenToThisMachineOnly(builder.Configuration) ? "localhost;127.0.0.1;[::1]" : "*",
                ["DATABASE:PROVIDER"] = "sqlite",
                ["BUS:TRANSPORT"] = "InMemory",
                [$"ConnectionStrings:{ResourceNames.Redis}"] = redis.ConnectionString,
                // The leases lived in this process: when it starts, nobody can hold one.
                ["RUNS:LEASE_GRACE_SECONDS"] = "0",
            },
        });
        builder.Services.AddHostedService(_ => redis);
    }

    /// <summary>Then a page in this machine's browser must not reach it by pointing a name of its own here: nothing else would stop it.</summary>
    private static bool IsOpenToThisMachineOnly(ConfigurationManager configuration) =>
        ListeningAddresses.AreLoopback(configuration)
        && string.IsNullOrEmpty(configuration[$"{SecurityOptions.Section}:API_KEY"]) && string.IsNullOrEmpty(configuration[$"{SecurityOptions.Section}:KEYS_FILE"]);
}
