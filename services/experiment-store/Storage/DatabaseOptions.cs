using System.ComponentModel.DataAnnotations;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Storage;

internal enum DatabaseProvider
{
    Postgres,
    Sqlite,
}

internal sealed class DatabaseOptions
{
    public const string Section = "DATABASE";

    [EnumDataType(typeof(DatabaseProvider), ErrorMessage = "DATABASE__PROVIDER must be postgres or sqlite.")]
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Postgres;

    /// <summary>The SQLite file. Default: <c>trainyard.db</c> in the data root.</summary>
    public string? Path { get; init; }

    public string File(AppPaths paths) => System.IO.Path.GetFullPath(Path ?? System.IO.Path.Combine(paths.DataRoot, "trainyard.db"));
}
