using System.CommandLine;
using System.CommandLine.Parsing;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Health;
using Trainyard.ServiceDefaults.Hosting;
using Trainyard.ServiceDefaults.Security;
using Trainyard.Standalone.Backups;

namespace Trainyard.Standalone;

/// <summary>The command line of Standalone. A failed start prints one line and sets the exit code.</summary>
internal static class StartCommand
{
    /// <param name="Demo">Whether to start a demo run.</param>
    /// <param name="Settings">The arguments that ASP.NET Core reads as settings.</param>
    public sealed record Arguments(bool Demo, IReadOnlyList<string> Settings);

    public static async Task<int> RunAsync(string[] args, Func<Arguments, Task<int>> run)
    {
        var parsed = Create(run).ParseArguments(args);
        if (HostCommand.FindMistake(parsed) is { } mistake && VerbOf(parsed) is { } verb)
        {
            await Console.Error.WriteLineAsync($"Trainyard can't {verb}: {mistake}");
            return 1;
        }
        return await HostCommand.RunAsync(parsed);
    }

    private static HostCommand Create(Func<Arguments, Task<int>> run)
    {
        var demo = new Option<bool>("--demo")
        {
            Description = "train a tokenizer and a small GPT-2 on the text in the working directory",
        };
        var urls = new Option<string>("--urls")
        {
            HelpName = "URL",
            Description = $"address to listen on (default {ListeningAddresses.Default})",
        };
        var root = new HostCommand("Trainyard: trains language models and tracks every experiment.")
        {
            demo,
            urls,
            HealthCommand.Create(ListeningAddresses.Default),
            BackupCommand.CreateBackup(),
            BackupCommand.CreateRestore(),
            KeysCommand.Create(),
        };
        root.SetAction((parsed, _) => StartAsync(() =>
        {
            var addresses = parsed.GetValue(urls) is { } url ? [$"--urls={url}"] : Array.Empty<string>();
            return run(new(parsed.GetValue(demo), [.. HostCommand.SettingsOf(parsed), .. addresses]));
        }));
        return root;
    }

    private static async Task<int> StartAsync(Func<Task<int>> run)
    {
        try
        {
            return await HostRun.StartAsync(run);
        }
        catch (StartException failure)
        {
            await Console.Error.WriteLineAsync($"Trainyard can't start: {failure.Message}");
            return 1;
        }
    }

    /// <summary>What the arguments ask for, if its failures are reported as "Trainyard can't …".</summary>
    private static string? VerbOf(ParseResult parsed) =>
        parsed.RootCommandResult.Children.OfType<CommandResult>().FirstOrDefault()?.Command.Name switch
        {
            null => "start",
            "backup" => "backup",
            "restore" => "restore",
            _ => null,
        };
}

/// <summary>The start failed for a reason that the user can fix.</summary>
internal sealed class StartException(string message, Exception? innerException = null) : Exception(message, innerException);
