using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Standalone;

internal static class Announcement
{
    /// <summary>A person at a terminal reads plain lines; a file or a collector gets the JSON every service writes.</summary>
    public static void AddConsoleOutput(this WebApplicationBuilder builder)
    {
        if (!Console.IsOutputRedirected && builder.Configuration["Logging:Console:FormatterName"] is null)
        {
            builder.Configuration["Logging:Console:FormatterName"] = ConsoleFormatterNames.Simple;
            builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        }
    }

    /// <summary>Once it listens, says where, where the data lives, and what to try.</summary>
    public static void AnnounceStart(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var paths = app.Services.GetRequiredService<AppPaths>();
        var address = ListeningAddresses.Local(app.Urls).ToString().TrimEnd('/');
        Console.WriteLine($"""

            Trainyard is ready at {address}
              data    {paths.DataRoot}
              corpora {paths.CorpusRoot}

            Try next
              every endpoint, to read and to try:  {address}/docs
              train a tokenizer on your text:      curl {address}/api/tokenizers/train --json '{"{"}"corpus_path":"docs","vocab_size":1024{"}"}'
              post an event from any program:      curl {address}/api/events/ml --json '{"{"}"event":"ml.run.metric","trial_id":"first","measurements":{"{"}"loss":0.5{"}}"}'

            """);
        if (app.Urls.Any(url => !ListeningAddresses.IsLoopback(url)) && app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value is { ApiKey: null, KeysFile: null })
        {
            app.Logger.LogWarning("Trainyard listens beyond this machine without an API key: anyone who reaches it can read and delete everything. Set SECURITY__API_KEY or SECURITY__KEYS_FILE.");
        }
    });
}
