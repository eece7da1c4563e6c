using Microsoft.Extensions.Options;
using Trainyard.Backups;
using Trainyard.ExperimentStore;
using Trainyard.ExperimentStore.Transfer;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.Standalone.Backups;

/// <summary>Backups of the data folder under a configuration, with the store's database.</summary>
internal static class DataFolderBackup
{
    public static Restore Restore { get; } = new(new StoreDatabase());

    /// <exception cref="BackupException">The database is not a file.</exception>
    public static Backup Of(IConfiguration configuration, TimeProvider time) =>
        new(PathsOf(configuration), new StoreDatabase(), RunningVersion.Current.Version, time);

    /// <exception cref="BackupException">The database is not a file.</exception>
    public static DataPaths PathsOf(IConfiguration configuration)
    {
        var paths = new AppPaths(Options.Create(configuration.GetSection(PathOptions.Section).Get<PathOptions>() ?? new()));
        var database = EmbeddedDatabase.FileOf(configuration, paths)
            ?? throw new BackupException("the database is in Postgres. Back it up with pg_dump, and copy the artifacts folder.");
        return new(paths.DataRoot, database, Path.TrimEndingDirectorySeparator(paths.ArtifactsRoot), paths.KeysRoot);
    }

    /// <summary>Adds backups on the schedule of the settings.</summary>
    public static void AddBackups(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<BackupOptions>(BackupOptions.Section);
        builder.Services.AddSingleton<Func<Backup>>(services => () =>
            Of(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddStoreJob<BackupSchedule>();
    }

    private sealed class StoreDatabase : IBackupDatabase
    {
        public void Copy(string file, string copy) => EmbeddedDatabase.Copy(file, copy);

        public void Check(string copy) => EmbeddedDatabase.Check(copy);

        public IReadOnlySet<(string RunId, string Path)> Checkpoints(string copy) => EmbeddedDatabase.Checkpoints(copy);
    }
}
