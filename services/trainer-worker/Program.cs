using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.TrainerWorker;
using Trainyard.TrainerWorker.Compute;

return await ServiceCommand.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddTrainerWorker();
    builder.AddBus();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapTrainerWorker();
    return await app.RunToExitCodeAsync();
}, ComputeCommand.Create());
