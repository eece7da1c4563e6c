using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Security;
using Trainyard.Standalone.Backups;

namespace Trainyard.Standalone;

/// <summary>Parses the command line. A failed start prints one line and sets the exit code.</summary>
internal static class StartCommand
{
    private const string Usage = $"""
        Trainyard: trains language models and tracks every experiment.

          --demo            train a tokenizer and a small GPT-2 on the text in the working directory
          --urls URL        address to listen on (default http://localhost:5080)
          --SECTION:KEY=V   any setting, such as --APP:DATA_ROOT=/srv/trainyard; or environment variable APP__DATA_ROOT
          --help            show this help
          healthcheck       check that the Trainyard with the same ASPNETCORE_URLS is ready; sets the exit code

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
            // Must come before the first file is written.
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
            else if (!settings[index].StartsWith("--", StringComparison.Ordinal)
                || !settings[index].Contains('=', StringComparison.Ordinal))
            {
                throw new StartException($"unknown argument '{settings[index]}'. See --help.");
            }
        }
    }
}

/// <summary>The start failed for a reason that the user can fix.</summary>
internal sealed class StartException(string message, Exception? innerException = null) : Exception(message, innerException);
