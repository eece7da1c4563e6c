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

/// <param name="Transport">In-memory messages die with the process; await the consumer's response where durability matters.</param>
public sealed record BusDescription(BusTransport Transport);

public static class BusExtensions
{
    private const string Registrations = "Trainyard.Bus";

    // Messages held by a crashed replica are redelivered after twice this time.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Adds a service's consumers and clients to the bus of the process.</summary>
    public static void ConfigureBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        if (!builder.Properties.TryGetValue(Registrations, out var known))
        {
            builder.Properties[Registrations] = known = new List<Action<IBusRegistrationConfigurator>>();
        }
        ((List<Action<IBusRegistrationConfigurator>>)known).Add(configure);
    }

    /// <summary>Adds the bus with everything the services registered. Call once per host, after the services.</summary>
    public static void AddBus(this IHostApplicationBuilder builder)
    {
        var transport = builder.Configuration.GetWord("BUS", "TRANSPORT", BusTransport.RabbitMq);
        var configured = builder.Properties.TryGetValue(Registrations, out var known)
            ? (List<Action<IBusRegistrationConfigurator>>)known
            : [];
        builder.Services.AddSingleton(new BusDescription(transport));
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.StopTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
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
                // A service that only publishes has no receive endpoint, so its health check needs the bus connection.
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
