using Microsoft.Extensions.Configuration.Memory;
using Trainyard.Contracts;

namespace Trainyard.Standalone.Embedded;

/// <summary>In-process replacements for Postgres, RabbitMQ and Redis. All other code is shared with the distributed system.</summary>
internal static class EmbeddedServers
{
    public static void UseEmbeddedServers(this WebApplicationBuilder builder)
    {
        var redis = EmbeddedRedis.Start(EmbeddedRedisOptions.Of(builder.Configuration));
        // Lowest precedence, so that user settings override it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [WebHostDefaults.ServerUrlsKey] = ListeningAddresses.Default,
                ["DATABASE:PROVIDER"] = "sqlite",
                ["BUS:TRANSPORT"] = "InMemory",
                [$"ConnectionStrings:{ResourceNames.Redis}"] = redis.ConnectionString,
                ["RUNS:LEASES_END_WITH_PROCESS"] = "true",
            },
        });
        builder.Services.AddHostedService(_ => redis);
    }
}
