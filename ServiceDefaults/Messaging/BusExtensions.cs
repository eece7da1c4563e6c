using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Configuration;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>Which transport carries messages.</summary>
public enum BusTransport
{
    RabbitMq,
    InMemory,
}

/// <param name="Transport">In memory, a message lives as long as the process: who needs it durable waits for its consumer's answer.</param>
public sealed record BusDescription(BusTransport Transport);

public static class BusExtensions
{
    private const string Registrations = "Trainyard.Bus";

    // What a replica held that has stopped without a word goes to another after twice this time.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Adds a service's consumers and clients to the process's one bus.</summary>
    public static void ConfigureBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        if (!builder.Properties.TryGetValue(Registrations, out var known))
        {
            builder.Properties[Registrations] = known = new List<Action<IBusRegistrationConfigurator>>();
        }
        ((List<Action<IBusRegistrationConfigurator>>)known).Add(configure);
    }

    /// <summary>Starts the bus with what the services configured. Call it after them, once per host.</summary>
    public static void AddBus(this IHostApplicationBuilder builder)
    {
        var transport = builder.Configuration.GetWord("BUS", "TRANSPORT", BusTransport.RabbitMq);
        var configured = builder.Properties.TryGetValue(Registrations, out var known) ? (List<Action<IBusRegistrationConfigurator>>)known : [];
        builder.Services.AddSingleton(new BusDescription(transport));
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.StopTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
            // MassTransit would report its use to its makers.
            bus.DisableUsageTelemetry();
            foreach (var configure in configured)
            {
                configure(bus);
            }
            bus.AddConfigureEndpointsCallback((_, queue, endpoint) => endpoint.UseDurableQueue(queue));
            if (transport is BusTransport.InMemory)
            {
                bus.UsingInMemory((context, configurator) => Finish(context, configurator));
                return;
            }
            var host = new Uri(builder.Configuration.RequireConnectionString(ResourceNames.RabbitMq));
            bus.UsingRabbitMq((context, configurator) =>
            {
                configurator.Host(host, connection => connection.Heartbeat(Heartbeat));
                // A service that only publishes has no other endpoint whose connection its health could tell.
                configurator.AutoStart = true;
                configurator.KeepFailed();
                Finish(context, configurator);
            });
        });
    }

    private static void Finish<TEndpoint>(IBusRegistrationContext context, IBusFactoryConfigurator<TEndpoint> configurator)
        where TEndpoint : IReceiveEndpointConfigurator
    {
        configurator.ConfigureJsonSerializerOptions(MessageJson.Apply);
        configurator.ConfigureEndpoints(context);
    }
}
