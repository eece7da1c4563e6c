using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Bodies;
using Trainyard.EventIngest.Delivery;
using Trainyard.EventIngest.External;
using Trainyard.EventIngest.Groups;
using Trainyard.EventIngest.Telemetry;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.EventIngest;

public static class EventIngestExtensions
{
    public static void AddEventIngest(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<IngestOptions>(IngestOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ByteBudget>();
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<EventReader>();
        builder.Services.AddSingleton<IngestTelemetry>();
        builder.Services.AddSingleton<GroupCommit>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GroupCommit>());
        builder.Services.AddSingleton<IDelivery>(services =>
            services.GetRequiredService<BusDescription>().Transport is BusTransport.InMemory
                ? new DirectDelivery(services.GetRequiredService<IEventStore>())
                : new ConfirmedPublish(services.GetRequiredService<IBus>(), services.GetRequiredService<TimeProvider>()));
    }

    public static void MapEventIngest(this IEndpointRouteBuilder routes) => routes.MapEvents();
}
