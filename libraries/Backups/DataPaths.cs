namespace Trainyard.Backups;

/// <summary>The paths of a data folder, all absolute.</summary>
/// <param name="Root">The data folder.</param>
/// <param name="Database">The database's file.</param>
/// <param name="Artifacts">The artifacts folder, without a trailing separator.</param>
/// <param name="Keys">The folder of the keys that encrypt secrets in the database. It may not exist.</param>
public sealed record DataPaths(string Root, string Database, string Artifacts, string Keys)
{
    /// <summary>The file in a data folder that a running Trainyard holds locked.</summary>
    public const string LockName = "trainyard.lock";
}
