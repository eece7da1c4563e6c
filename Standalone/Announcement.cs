using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Security;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.Standalone;

internal static class Announcement
{
    /// <summary>A person reads the announcement and the demo's lines; of the log only what needs attention.</summary>
    public static void QuietTextLogs(this WebApplicationBuilder builder)
    {
        if (LogFormat.IsText(builder.Configuration))
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        }
    }

    /// <summary>Once it listens, says where, where the data lives, and what to try.</summary>
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
                "Trainyard is ready at {Address}: data in {DataRoot}, corpora in {CorpusRoot}, every endpoint at {Reference}",
                address, paths.DataRoot, paths.CorpusRoot, $"{address}/docs");
        }
        if (app.Urls.Any(url => !ListeningAddresses.IsLoopback(url)) && app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value is { ApiKey: null, KeysFile: null })
        {
            app.Logger.LogWarning("Trainyard listens beyond this machine without an API key: anyone who reaches it can read and delete everything. Set SECURITY__API_KEY or SECURITY__KEYS_FILE.");
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
              read and try every endpoint:
                {{{address}}}/docs
              train a tokenizer on your text:
                curl {{{address}}}/api/tokenizers/train -H 'Content-Type: application/json' -d '{"corpus_path":"{{{corpus}}}","vocab_size":1024}'
              post an event from any program:
                curl {{{address}}}/api/events/ml -H 'Content-Type: application/json' -d '{"event":"ml.run.metric","trial_id":"first","measurements":{"loss":0.5}}'

            """;
    }
}
