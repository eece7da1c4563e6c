using Trainyard.EventIngest;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;

return await ServiceCommand.RunAsync(args, async () =>
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
