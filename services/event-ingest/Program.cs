using Trainyard.EventIngest;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;

if (HealthCommand.IsAskedFor(args))
{
    return await HealthCommand.RunAsync(Console.Error);
}

return await HostRun.StartAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddEventIngest();
    builder.AddBus();

    var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapEventIngest();
    return await app.RunToExitCodeAsync();
});
