using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Redis;

namespace Trainyard.ServiceDefaults.TrainEvents;

public static class TrainEventExtensions
{
    /// <summary>
    /// Adds the publisher of training events. Services in one process share it. Add it before the services that publish, so that it stops
    /// after them.
    /// </summary>
    public static void AddTrainEvents(this IHostApplicationBuilder builder)
    {
        if (!builder.Properties.TryAdd(typeof(TrainEventPublisher), TrainEventOptions.Section))
        {
            return;
        }
        builder.AddRedis();
        builder.Services.AddSettings<TrainEventOptions>(TrainEventOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TrainEventPublisher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TrainEventPublisher>());
    }
}
