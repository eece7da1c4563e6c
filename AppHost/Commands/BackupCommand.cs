using Microsoft.Extensions.Logging;
using Npgsql;

namespace Trainyard.AppHost.Commands;

internal static class BackupCommand
{
    private const string Name = "back-up";
    private const string DisplayName = "Back up";
    private const string Setting = "BACKUP:FOLDER";

    /// <summary>Backs up the data folder of a running embedded Trainyard.</summary>
    public static IResourceBuilder<ProjectResource> WithBackupCommand(this IResourceBuilder<ProjectResource> standalone, Folders folders) =>
        standalone.WithCommand(Name, DisplayName, context =>
            ProjectCommand.RunAsync<Projects.Standalone>(
                ["backup", FolderIn(standalone.ApplicationBuilder, folders)],
                new()
                {
                    ["APP__DATA_ROOT"] = folders.Data,
                    ["APP__ARTIFACTS_ROOT"] = folders.Artifacts,
                }, context), Options);

    /// <summary>Dumps Postgres first and then copies the artifacts, so that every run in the dump has its files.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> WithBackupCommand(
        this IResourceBuilder<IResourceWithConnectionString> trials, Folders folders) =>
        trials.WithCommand(Name, DisplayName, async context =>
        {
            var folder = Directory.CreateDirectory(FolderIn(trials.ApplicationBuilder, folders)).FullName;
            var connectionString = await trials.Resource.GetConnectionStringAsync(context.CancellationToken);
            var dump = await DumpAsync(connectionString, Path.Combine(folder, "trials.dump"), context);
            if (!dump.Success)
            {
                return dump;
            }
            foreach (var source in (string[])[folders.Artifacts, Path.Combine(folders.Data, "keys")])
            {
                Copy(new DirectoryInfo(source), Path.Combine(folder, Path.GetFileName(source)), context.CancellationToken);
            }
            context.Logger.LogInformation("The backup is in {Folder}", folder);
            return CommandResults.Success();
        }, Options);

    private static CommandOptions Options => new()
    {
        Description = "Copies the database, tokenizers, models and checkpoints to a new folder in data/backups, or in BACKUP__FOLDER.",
        IconName = "Save",
        UpdateState = OnlyWhenHealthy.State,
    };

    private static string FolderIn(IDistributedApplicationBuilder builder, Folders folders) =>
        Path.Combine(builder.Configuration[Setting] ?? Path.Combine(folders.Data, "backups"), $"{DateTime.UtcNow:yyyyMMdd-HHmmss}");

    private static Task<ExecuteCommandResult> DumpAsync(string? connectionString, string file, ExecuteCommandContext context)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return ProcessCommand.RunAsync(
            "pg_dump",
            [
                "--format=custom",
                $"--file={file}",
                $"--host={server.Host}",
                $"--port={server.Port}",
                $"--username={server.Username}",
                $"--dbname={server.Database}",
            ],
            new() { ["PGPASSWORD"] = server.Password },
            context);
    }

    private static void Copy(DirectoryInfo source, string target, CancellationToken cancellationToken)
    {
        if (!source.Exists)
        {
            return;
        }
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.CopyTo(Path.Combine(target, file.Name));
        }
        foreach (var folder in source.EnumerateDirectories())
        {
            Copy(folder, Path.Combine(target, folder.Name), cancellationToken);
        }
    }
}
