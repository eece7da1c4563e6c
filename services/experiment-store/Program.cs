using Trainyard.ErrorQueues;
using Trainyard.ExperimentStore;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;

if (HealthCommand.IsAskedFor(args))
{
    return await HealthCommand.RunAsync(Console.Error);
}
if (ErrorsCommand.IsAskedFor(args))
{
    var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
    return await ErrorsCommand.RunAsync(args, settings, Console.Out, Console.Error);
}

return await HostRun.StartAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddExperimentStore();
    builder.AddBus();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapExperimentStore();
    return await app.RunToExitCodeAsync();
});
