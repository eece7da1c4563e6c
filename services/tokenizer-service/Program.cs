using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.TokenizerService;

return await ServiceCommand.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddTokenizerService();

    await using var app = builder.Build();
    app.MapDefaultEndpoints(behindGateway: true);
    app.MapTokenizerService();
    return await app.RunToExitCodeAsync();
});
