using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Transfer;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Standalone.Backups;

/// <summary>Where a Trainyard with this configuration keeps what a backup holds.</summary>
internal sealed record DataPaths(string Root, string Database, string Artifacts, string Keys)
{
    /// <exception cref="BackupException">It is not all in files.</exception>
    public static DataPaths Of(IConfiguration configuration)
    {
        var paths = new AppPaths(Options.Create(configuration.GetSection(PathOptions.Section).Get<PathOptions>() ?? new()));
        var database = EmbeddedDatabase.FileOf(configuration, paths)
            ?? throw new BackupException("the data is in Postgres: back that up with pg_dump, and the artifacts by copying them.");
        return new(paths.DataRoot, database, Path.TrimEndingDirectorySeparator(paths.ArtifactsRoot), paths.KeysRoot);
    }
}
