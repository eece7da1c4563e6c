using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.TrainerWorker;

if (HealthCommand.IsAskedFor(args))
{
    return await HealthCommand.RunAsync(Console.Error);
}

return await HostRun.StartAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddTrainerWorker();
    builder.AddBus();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapTrainerWorker();
    return await app.RunToExitCodeAsync();
});
