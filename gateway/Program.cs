using Trainyard.Gateway;
using Trainyard.Gateway.BrowserSecurity;
using Trainyard.Gateway.Dashboard;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Security;

if (HealthCommand.IsAskedFor(args))
{
    return await HealthCommand.RunAsync(Console.Error);
}
if (KeysCommand.IsAskedFor(args))
{
    return KeysCommand.Run(args, Console.Out, Console.Error);
}

return await HostRun.StartAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddGateway();

    var app = builder.Build();
    app.UsePageHeaders();
    app.UseResponseCompression();
    app.UseDashboard();
    app.UsePublicPaths();
    app.MapDefaultEndpoints(proxies: true);
    app.MapGateway();
    return await app.RunToExitCodeAsync();
});
