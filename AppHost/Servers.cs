using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

/// <summary>Each server is the one <c>ConnectionStrings:&lt;name&gt;</c> names, or else a container.</summary>
internal static class Servers
{
    public static IResourceBuilder<IResourceWithConnectionString> AddTrials(this IDistributedApplicationBuilder builder)
    {
        if (builder.Existing(ResourceNames.Trials) is { } existing)
        {
            return existing;
        }
        // Postgres can't keep its files on the shares that are Container Apps' volumes. With a password, for the services know no other way in.
        return builder.PublishesToAzure()
            ? builder.AddAzurePostgresFlexibleServer(ResourceNames.Postgres).WithPasswordAuthentication().AddDatabase(ResourceNames.Trials)
            : builder.AddPostgres(ResourceNames.Postgres).WithDataVolume().AddDatabase(ResourceNames.Trials);
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddCache(this IDistributedApplicationBuilder builder) =>
        builder.Existing(ResourceNames.Redis)
        ?? builder.AddRedis(ResourceNames.Redis);

    public static IResourceBuilder<IResourceWithConnectionString> AddBroker(this IDistributedApplicationBuilder builder)
    {
        if (builder.Existing(ResourceNames.RabbitMq) is { } existing)
        {
            return existing;
        }
        // On such a share everyone could read its cookie, and it refuses to start. So it loses what it holds when it is moved: for production,
        // ConnectionStrings:rabbitmq names a broker that keeps it.
        var broker = builder.AddRabbitMQ(ResourceNames.RabbitMq).WithManagementPlugin();
        return builder.PublishesToAzure() ? broker : broker.WithDataVolume();
    }

    private static IResourceBuilder<IResourceWithConnectionString>? Existing(this IDistributedApplicationBuilder builder, string name) =>
        string.IsNullOrEmpty(builder.Configuration.GetConnectionString(name)) ? null : builder.AddConnectionString(name);
}
