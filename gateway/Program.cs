using Trainyard.Gateway;
using Trainyard.Gateway.BrowserSecurity;
using Trainyard.Gateway.Dashboard;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Security;

return await ServiceCommand.RunAsync(args, async () =>
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
}, KeysCommand.Create());
