using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

/// <summary>Each server is the one <c>ConnectionStrings:&lt;name&gt;</c> names, or else a container.</summary>
internal static class Servers
{
    public static IResourceBuilder<IResourceWithConnectionString> AddTrials(this IDistributedApplicationBuilder builder) =>
        builder.Existing(ResourceNames.Trials)
        ?? builder.AddPostgres(ResourceNames.Postgres).WithDataVolume().AddDatabase(ResourceNames.Trials);

    public static IResourceBuilder<IResourceWithConnectionString> AddCache(this IDistributedApplicationBuilder builder) =>
        builder.Existing(ResourceNames.Redis)
        ?? builder.AddRedis(ResourceNames.Redis);

    public static IResourceBuilder<IResourceWithConnectionString> AddBroker(this IDistributedApplicationBuilder builder) =>
        builder.Existing(ResourceNames.RabbitMq)
        ?? builder.AddRabbitMQ(ResourceNames.RabbitMq).WithManagementPlugin().WithDataVolume();

    private static IResourceBuilder<IResourceWithConnectionString>? Existing(this IDistributedApplicationBuilder builder, string name) =>
        string.IsNullOrEmpty(builder.Configuration.GetConnectionString(name)) ? null : builder.AddConnectionString(name);
}
