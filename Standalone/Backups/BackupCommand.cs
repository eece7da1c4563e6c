using System.Diagnostics;
using System.Globalization;
using Trainyard.Backups;

namespace Trainyard.Standalone.Backups;

/// <summary>The <c>backup</c> and <c>restore</c> commands. A failure prints one line and sets the exit code.</summary>
internal static class BackupCommand
{
    public const string Usage = """
          backup FOLDER     back up the data folder to a new folder, while Trainyard runs or not
            --since BACKUP  share the files that have not changed since an earlier backup
            --data DIR      the data folder (default APP__DATA_ROOT, ./data)
          backup verify BACKUP
                            read all of a backup and check it
          restore BACKUP    turn a backup back into a data folder
            --data DIR      the data folder (default APP__DATA_ROOT, ./data)
            --force         move what is in it aside first
        """;

    public static bool IsAskedFor(string[] args) => args is ["backup" or "restore", ..];

    public static int Run(string[] args)
    {
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        try
        {
            Run(BackupArguments.Parse(args), interrupted.Token);
            return 0;
        }
        catch (BackupException failure)
        {
            Console.Error.WriteLine($"Trainyard can't {args[0]}: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted. No backup was created.");
            return 1;
        }
    }

    private static void Run(BackupArguments arguments, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        switch (arguments.Verb)
        {
            case BackupVerb.Take:
                var taken = DataFolderBackup.Of(arguments.Configuration, TimeProvider.System)
                    .Take(arguments.Folder, arguments.Since, cancellation);
                var shared = taken.Shared > 0 ? $"; {Size(taken.Shared)} of them shared" : "";
                Print($"Backed up {taken.Files:N0} files, {Size(taken.Bytes)}, to {taken.Folder}{shared}");
                break;
            case BackupVerb.Verify:
                var verified = DataFolderBackup.Restore.Verify(arguments.Folder);
                Print($"Intact: {verified.Files.Count:N0} files, {Size(verified.Files.Sum(file => file.Size))}, of {verified.CreatedAt:u}");
                break;
            case BackupVerb.Restore:
                var data = DataFolderBackup.PathsOf(arguments.Configuration);
                var aside = DataFolderBackup.Restore.Run(arguments.Folder, data.Root, arguments.Force, TimeProvider.System.GetUtcNow());
                Print($"Restored to {data.Root}{(aside is null ? "" : $"; the previous content was moved to {aside}")}");
                if (data.Database != Path.Combine(data.Root, BackupManifest.Database)
                    || data.Artifacts != Path.Combine(data.Root, BackupManifest.Artifacts))
                {
                    Console.WriteLine("DATABASE__PATH or APP__ARTIFACTS_ROOT point elsewhere, so the restored data would not be used. "
                        + $"Unset them, or point them into {data.Root}.");
                }
                break;
        }

        void Print(string line) => Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{line} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)."));
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):N1} MiB");
}
