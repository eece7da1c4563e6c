using Azure.Provisioning.AppContainers;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

/// <summary>How many of a service there are: the number that is given; where none is, a default here, rules in Azure Container Apps.</summary>
internal static class Scaling
{
    private const int MostReplicas = 10;

    // Container Apps names a secret after the variable that holds it.
    private const string BrokerSecret = $"connectionstrings--{ResourceNames.RabbitMq}";

    /// <summary><c>Replicas:&lt;service&gt;</c>, such as <c>Replicas__trainer_worker</c> in the environment.</summary>
    public static int Replicas(this IDistributedApplicationBuilder builder, string service, int otherwise) =>
        builder.Given(service) ?? otherwise;

    /// <summary>One more replica for every hundred requests at once.</summary>
    public static IResourceBuilder<ProjectResource> ScalesWithRequests(this IResourceBuilder<ProjectResource> service) =>
        service.Scales(new ContainerAppScaleRule
        {
            Name = "requests",
            Http = new ContainerAppHttpScaleRule { Metadata = { { "concurrentRequests", "100" } } },
        });

    /// <summary>One more replica for every so many messages that wait in a queue.</summary>
    public static IResourceBuilder<ProjectResource> ScalesWithQueue(this IResourceBuilder<ProjectResource> service, string queue, int messagesPerReplica) =>
        service.Scales(new ContainerAppScaleRule
        {
            Name = "queue",
            Custom = new ContainerAppCustomScaleRule
            {
                CustomScaleRuleType = "rabbitmq",
                Metadata = { { "queueName", queue }, { "mode", "QueueLength" }, { "value", messagesPerReplica.ToString(System.Globalization.CultureInfo.InvariantCulture) } },
                Auth = [new ContainerAppScaleRuleAuth { SecretRef = BrokerSecret, TriggerParameter = "host" }],
            },
        });

    private static IResourceBuilder<ProjectResource> Scales(this IResourceBuilder<ProjectResource> service, ContainerAppScaleRule rule)
    {
        var builder = service.ApplicationBuilder;
        return builder.PublishesToAzure()
            ? service.PublishAsAzureContainerApp((_, app) =>
            {
                var given = builder.Given(service.Resource.Name);
                app.Template.Scale.MinReplicas = given ?? 1;
                app.Template.Scale.MaxReplicas = given ?? MostReplicas;
                app.Template.Scale.Rules = given is null ? [rule] : [];
            })
            : service;
    }

    private static int? Given(this IDistributedApplicationBuilder builder, string service) =>
        builder.Configuration.GetValue<int?>($"Replicas:{service.Replace('-', '_')}");
}
