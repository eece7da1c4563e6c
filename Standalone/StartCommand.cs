using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Security;
using Trainyard.Standalone.Backups;

namespace Trainyard.Standalone;

/// <summary>What was asked for on the command line, and how a start that can't succeed ends: with one line and an exit code.</summary>
internal static class StartCommand
{
    private const string Usage = $"""
        Trainyard: trains language models and tracks every experiment.

          --demo            train a tokenizer and a small GPT-2 on the text below the working directory
          --urls URL        where to listen (default http://localhost:5080)
          --SECTION:KEY=V   any setting, as in --APP:DATA_ROOT=/srv/trainyard; also as environment variable APP__DATA_ROOT
          --help            this text
          healthcheck       whether the Trainyard with the same ASPNETCORE_URLS is ready, as exit code

        {BackupCommand.Usage}
        {KeysCommand.Usage}
        """;

    public sealed record Arguments(bool Demo, IReadOnlyList<string> Settings);

    public static async Task<int> RunAsync(string[] args, Func<Arguments, Task<int>> run)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            Console.WriteLine(Usage);
            return 0;
        }
        if (HealthCommand.IsAskedFor(args))
        {
            return await HealthCommand.RunAsync(Console.Error, ListeningAddresses.Default);
        }
        if (BackupCommand.IsAskedFor(args))
        {
            return BackupCommand.Run(args);
        }
        if (KeysCommand.IsAskedFor(args))
        {
            return KeysCommand.Run(args, Console.Out, Console.Error);
        }
        var settings = args.Where(arg => arg is not "--demo").ToArray();
        try
        {
            RequireKnown(settings);
            // Before the first file is written.
            FileMask.Restrict();
            return await HostRun.StartAsync(() => run(new(Demo: settings.Length < args.Length, settings)));
        }
        catch (StartException failure)
        {
            await Console.Error.WriteLineAsync($"Trainyard can't start: {failure.Message}");
            return 1;
        }
    }

    private static void RequireKnown(string[] settings)
    {
        for (var index = 0; index < settings.Length; index++)
        {
            if (settings[index] is "--urls")
            {
                index++;
            }
            else if (!settings[index].StartsWith("--", StringComparison.Ordinal) || !settings[index].Contains('=', StringComparison.Ordinal))
            {
                throw new StartException($"'{settings[index]}' is not an argument it knows; --help lists them.");
            }
        }
    }
}

/// <summary>A start that can't succeed, for a reason the person who started it can mend.</summary>
internal sealed class StartException(string message, Exception? innerException = null) : Exception(message, innerException);
