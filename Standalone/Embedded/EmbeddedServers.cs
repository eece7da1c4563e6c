using Microsoft.Extensions.Configuration.Memory;
using Trainyard.Contracts;

namespace Trainyard.Standalone.Embedded;

/// <summary>What stands in for Postgres, RabbitMQ and Redis in one process. Everything else is the distributed system's code.</summary>
internal static class EmbeddedServers
{
    public static void UseEmbeddedServers(this WebApplicationBuilder builder)
    {
        var redis = EmbeddedRedis.Start(EmbeddedRedisOptions.Of(builder.Configuration));
        // Lowest in rank: every setting a person gives wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [WebHostDefaults.ServerUrlsKey] = ListeningAddresses.Default,
                ["DATABASE:PROVIDER"] = "sqlite",
                ["BUS:TRANSPORT"] = "InMemory",
                [$"ConnectionStrings:{ResourceNames.Redis}"] = redis.ConnectionString,
                // The leases lived in this process: when it starts, nobody can hold one.
                ["RUNS:LEASE_GRACE_SECONDS"] = "0",
            },
        });
        builder.Services.AddHostedService(_ => redis);
    }
}
