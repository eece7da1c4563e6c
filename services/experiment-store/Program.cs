using Trainyard.ErrorQueues;
using Trainyard.ExperimentStore;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;

return await ServiceCommand.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddExperimentStore();
    builder.AddBus();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapExperimentStore();
    return await app.RunToExitCodeAsync();
}, ErrorsCommand.Create(HostCommand.ConfigurationOf));
