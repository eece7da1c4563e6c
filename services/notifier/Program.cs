using Trainyard.Notifier;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Hosting;

return await ServiceCommand.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddNotifier();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapNotifier();
    return await app.RunToExitCodeAsync();
});
