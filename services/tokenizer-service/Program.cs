using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.TokenizerService;

if (HealthCommand.IsAskedFor(args))
{
    return await HealthCommand.RunAsync(Console.Error);
}

return await HostRun.StartAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddTokenizerService();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapTokenizerService();
    return await app.RunToExitCodeAsync();
});
