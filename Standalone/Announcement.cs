using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Security;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.Standalone;

internal static class Announcement
{
    /// <summary>Limits text logs to warnings and errors, so that the announcement and the demo's output stay readable.</summary>
    public static void QuietTextLogs(this WebApplicationBuilder builder)
    {
        if (LogFormat.IsText(builder.Configuration))
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        }
    }

    /// <summary>Prints the address, the data folder and first steps once the server listens.</summary>
    public static void AnnounceStart(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var paths = app.Services.GetRequiredService<AppPaths>();
        var address = ListeningAddresses.Local(app.Urls).ToString().TrimEnd('/');
        if (LogFormat.IsText(app.Configuration))
        {
            Console.WriteLine(TextOf(address, paths));
        }
        else
        {
            app.Logger.LogInformation(
                "Trainyard is ready at {Address}: data in {DataRoot}, corpora in {CorpusRoot}, API reference at {Reference}",
                address, paths.DataRoot, paths.CorpusRoot, $"{address}/docs");
        }
        var security = app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        if (app.Urls.Any(url => !ListeningAddresses.IsLoopback(url)) && security is { ApiKey: null, KeysFile: null })
        {
            app.Logger.LogWarning(
                "Trainyard is reachable from other machines without an API key: anyone can read and delete everything. "
                + "Set SECURITY__API_KEY or SECURITY__KEYS_FILE.");
        }
    });

    private static string TextOf(string address, AppPaths paths)
    {
        var corpus = Directory.Exists(Path.Combine(paths.CorpusRoot, "docs")) ? "docs" : ".";
        return $$$"""

            Trainyard is ready at {{{address}}}
              data    {{{paths.DataRoot}}}
              corpora {{{paths.CorpusRoot}}}

            Try next
              browse and try the API:
                {{{address}}}/docs
              train a tokenizer on your text:
                curl {{{address}}}/api/tokenizers/train -H 'Content-Type: application/json' \
                  -d '{"corpus_path":"{{{corpus}}}","vocab_size":1024}'
              post an event from any program:
                curl {{{address}}}/api/events/ml -H 'Content-Type: application/json' \
                  -d '{"event":"ml.run.metric","trial_id":"first","measurements":{"loss":0.5}}'

            """;
    }
}
