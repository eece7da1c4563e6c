using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

/// <summary>
/// Adds the servers. Each is the existing server in <c>ConnectionStrings:&lt;name&gt;</c>, or else a persistent container, which keeps
/// running when the AppHost stops.
/// </summary>
internal static class Servers
{
    public static IResourceBuilder<IResourceWithConnectionString> AddTrials(this IDistributedApplicationBuilder builder)
    {
        if (builder.Existing(ResourceNames.Trials, AddPostgresCheck) is { } existing)
        {
            return existing;
        }
#if DEPLOY_AZURE
        return builder.AddAzureTrials();
#else
        return builder.AddPostgres(ResourceNames.Postgres)
            .WithDataVolume()
            .WithLifetime(ContainerLifetime.Persistent)
            .WithPgWeb(pgweb => pgweb.WithExplicitStart())
            .AddDatabase(ResourceNames.Trials);
#endif
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddCache(this IDistributedApplicationBuilder builder) =>
        builder.Existing(ResourceNames.Redis, (checks, connectionString, name) => checks.AddRedis(connectionString, name))
        ?? builder.AddRedis(ResourceNames.Redis)
            .WithLifetime(ContainerLifetime.Persistent)
            .WithRedisInsight(insight => insight.WithExplicitStart());

    public static IResourceBuilder<IResourceWithConnectionString> AddBroker(this IDistributedApplicationBuilder builder)
    {
        if (builder.Existing(ResourceNames.RabbitMq, AddRabbitMqCheck) is { } existing)
        {
            return existing;
        }
        var broker = builder.AddRabbitMQ(ResourceNames.RabbitMq).WithManagementPlugin().WithLifetime(ContainerLifetime.Persistent);
        // Container Apps' volumes are file shares, on which RabbitMQ doesn't start.
        return builder.ExecutionContext.IsPublishMode ? broker : broker.WithDataVolume();
    }

    private static IResourceBuilder<IResourceWithConnectionString>? Existing(
        this IDistributedApplicationBuilder builder, string name, Action<IHealthChecksBuilder, string, string> addCheck)
    {
        if (builder.Configuration.GetConnectionString(name) is not { Length: > 0 } connectionString)
        {
            return null;
        }
        var check = $"{name}_check";
        addCheck(builder.Services.AddHealthChecks(), connectionString, check);
        return builder.AddConnectionString(name).WithHealthCheck(check);
    }

    /// <summary>Checks the server's default database, because the store creates its own database later.</summary>
    private static void AddPostgresCheck(IHealthChecksBuilder checks, string connectionString, string name)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" };
        checks.AddNpgSql(server.ConnectionString, name: name);
    }

    private static void AddRabbitMqCheck(IHealthChecksBuilder checks, string connectionString, string name)
    {
        var factory = new ConnectionFactory { Uri = new Uri(connectionString) };
        IConnection? connection = null;
        checks.AddRabbitMQ(async _ => connection ??= await factory.CreateConnectionAsync(), name);
    }
}
