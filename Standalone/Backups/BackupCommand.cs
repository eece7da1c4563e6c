using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Trainyard.Backups;
using Trainyard.ServiceDefaults.Commands;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Standalone.Backups;

/// <summary>The <c>backup</c> and <c>restore</c> commands. A failure prints one line and sets the exit code.</summary>
internal static class BackupCommand
{
    private const string Backup = "backup";
    private const string Restore = "restore";

    public static Command CreateBackup()
    {
        var folder = new Argument<string>("FOLDER") { Description = "the backup's folder, which must not exist" };
        var since = new Option<string>("--since")
        {
            HelpName = "BACKUP",
            Description = "share the files that have not changed since an earlier backup",
        };
        var data = DataOption();
        var command = new Command(Backup, "back up the data folder to a new folder, while Trainyard runs or not")
        {
            folder,
            since,
            data,
            CreateVerify(),
        };
        command.SetAction(parsed => Run(Backup, cancellation =>
        {
            var taken = DataFolderBackup.Of(ConfigurationOf(parsed, data), TimeProvider.System)
                .Take(parsed.GetRequiredValue(folder), parsed.GetValue(since), cancellation);
            var shared = taken.Shared > 0 ? $"; {Size(taken.Shared)} of them shared" : "";
            return $"Backed up {taken.Files:N0} files, {Size(taken.Bytes)}, to {taken.Folder}{shared}";
        }));
        return command;
    }

    public static Command CreateRestore()
    {
        var folder = BackupArgument();
        var data = DataOption();
        var force = new Option<bool>("--force") { Description = "move what is in the data folder aside first" };
        var command = new Command(Restore, "turn a backup back into a data folder") { folder, data, force };
        command.SetAction(parsed =>
        {
            string? warning = null;
            var code = Run(Restore, _ =>
            {
                var paths = DataFolderBackup.PathsOf(ConfigurationOf(parsed, data));
                var aside = DataFolderBackup.Restore.Run(
                    parsed.GetRequiredValue(folder), paths.Root, parsed.GetValue(force), TimeProvider.System.GetUtcNow());
                if (paths.Database != Path.Combine(paths.Root, BackupManifest.Database)
                    || paths.Artifacts != Path.Combine(paths.Root, BackupManifest.Artifacts))
                {
                    warning = "DATABASE__PATH or APP__ARTIFACTS_ROOT point elsewhere, so the restored data would not be used. "
                        + $"Unset them, or point them into {paths.Root}.";
                }
                return $"Restored to {paths.Root}{(aside is null ? "" : $"; the previous content was moved to {aside}")}";
            });
            if (warning is not null && code == 0)
            {
                Console.WriteLine(warning);
            }
            return code;
        });
        return command;
    }

    private static Command CreateVerify()
    {
        var folder = BackupArgument();
        var command = new Command("verify", "read all of a backup and check it") { folder };
        command.SetAction(parsed => Run(Backup, _ =>
        {
            var verified = DataFolderBackup.Restore.Verify(parsed.GetRequiredValue(folder));
            return $"Intact: {verified.Files.Count:N0} files, {Size(verified.Files.Sum(file => file.Size))}, of {verified.CreatedAt:u}";
        }));
        return command;
    }

    private static Argument<string> BackupArgument() => new("BACKUP") { Description = "the backup's folder" };

    private static Option<string> DataOption() =>
        new("--data") { HelpName = "DIR", Description = "the data folder (default APP__DATA_ROOT, ./data)" };

    private static ConfigurationManager ConfigurationOf(ParseResult parsed, Option<string> data)
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { Args = HostCommand.SettingsOf(parsed) }).Configuration;
        configuration["DATABASE:PROVIDER"] ??= "sqlite";
        if (parsed.GetValue(data) is { } folder)
        {
            configuration[$"{PathOptions.Section}:DATA_ROOT"] = folder;
        }
        return configuration;
    }

    /// <summary>Runs a command and prints the line that it returns, with its duration.</summary>
    private static int Run(string verb, Func<CancellationToken, string> run)
    {
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = run(interrupted.Token);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{result} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)."));
            return 0;
        }
        catch (BackupException failure)
        {
            Console.Error.WriteLine($"Trainyard can't {verb}: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted. No backup was created.");
            return 1;
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):N1} MiB");
}
