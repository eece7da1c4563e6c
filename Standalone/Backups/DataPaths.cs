using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Transfer;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Standalone.Backups;

/// <summary>The paths to back up under a configuration.</summary>
internal sealed record DataPaths(string Root, string Database, string Artifacts, string Keys)
{
    /// <exception cref="BackupException">The database is not a file.</exception>
    public static DataPaths Of(IConfiguration configuration)
    {
        var paths = new AppPaths(Options.Create(configuration.GetSection(PathOptions.Section).Get<PathOptions>() ?? new()));
        var database = EmbeddedDatabase.FileOf(configuration, paths)
            ?? throw new BackupException("the database is in Postgres. Back it up with pg_dump, and copy the artifacts folder.");
        return new(paths.DataRoot, database, Path.TrimEndingDirectorySeparator(paths.ArtifactsRoot), paths.KeysRoot);
    }
}
