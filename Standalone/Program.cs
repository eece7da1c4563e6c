using Microsoft.Extensions.Options;
using Trainyard.EventIngest;
using Trainyard.ExperimentStore;
using Trainyard.Gateway;
using Trainyard.Gateway.BrowserSecurity;
using Trainyard.Gateway.Dashboard;
using Trainyard.Notifier;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.Standalone;
using Trainyard.Standalone.Backups;
using Trainyard.Standalone.Embedded;
using Trainyard.TokenizerService;
using Trainyard.TrainerWorker;

return await StartCommand.RunAsync(args, async arguments =>
{
    // Don't reload settings: that would watch the working directory, and with it every write to ./data.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = [.. arguments.Settings, "--hostBuilder:reloadConfigOnChange=false"],
    });
    builder.QuietTextLogs();
    builder.UseEmbeddedServers();
    builder.AddServiceDefaults();
    builder.AddEventIngest();
    builder.AddExperimentStore();
    builder.AddTokenizerService();
    builder.AddTrainerWorker();
    builder.AddNotifier();
    builder.AddBus();
    builder.AddBackups();
    if (arguments.Demo)
    {
        builder.Services.AddHostedService<DemoService>();
    }

    await using var app = builder.Build();
    app.UsePageHeaders();
    app.UseResponseCompression();
    app.UseDashboard();
    app.UsePublicPaths();
    app.MapDefaultEndpoints();
    app.MapEventIngest();
    app.MapExperimentStore();
    app.MapTokenizerService();
    app.MapTrainerWorker();
    app.MapNotifier();
    app.MapGet("/", () => TypedResults.Redirect("/docs")).ExcludeFromDescription();
    app.AnnounceStart();

    // Validate before anything is written or logged, so that an invalid setting prints one line.
    app.Services.GetService<IStartupValidator>()?.Validate();
    using var dataFolder = DataFolder.Open(app.Services);
    ListeningAddresses.RequireFree(app);
    return await app.RunToExitCodeAsync();
});
