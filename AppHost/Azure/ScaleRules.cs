using System.Globalization;
using Azure.Provisioning.AppContainers;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

/// <summary>Scale rules for Container Apps.</summary>
internal static class ScaleRules
{
    // Container Apps names a secret after the variable that holds it.
    private const string BrokerSecret = $"connectionstrings--{ResourceNames.RabbitMq}";

    /// <summary>One replica per 100 concurrent requests.</summary>
    public static ContainerAppScaleRule Requests() => new()
    {
        Name = "requests",
        Http = new ContainerAppHttpScaleRule { Metadata = { { "concurrentRequests", "100" } } },
    };

    /// <summary>One replica per given number of queued messages.</summary>
    public static ContainerAppScaleRule Queue(string queue, int messagesPerReplica) => new()
    {
        Name = "queue",
        Custom = new ContainerAppCustomScaleRule
        {
            CustomScaleRuleType = "rabbitmq",
            Metadata =
            {
                { "queueName", queue },
                { "mode", "QueueLength" },
                { "value", messagesPerReplica.ToString(CultureInfo.InvariantCulture) },
            },
            Auth = [new ContainerAppScaleRuleAuth { SecretRef = BrokerSecret, TriggerParameter = "host" }],
        },
    };
}
