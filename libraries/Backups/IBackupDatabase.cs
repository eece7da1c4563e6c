namespace Trainyard.Backups;

/// <summary>Copies and checks the database of a data folder.</summary>
public interface IBackupDatabase
{
    /// <summary>Copies all committed data to a new file, while others may write to the original.</summary>
    /// <exception cref="IOException">The copy failed.</exception>
    void Copy(string file, string copy);

    /// <summary>Checks all of a copy.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, not a Trainyard database, or from a newer version.</exception>
    void Check(string copy);

    /// <summary>The checkpoints in a copy, each as its run and its path below the run's folder, such as <c>checkpoints/20</c>.</summary>
    IReadOnlySet<(string RunId, string Path)> Checkpoints(string copy);
}
