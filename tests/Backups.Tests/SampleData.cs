using Trainyard.Harness.Processes;

namespace Trainyard.Backups.Tests;

/// <summary>A small data folder, and a database whose content is its file's text.</summary>
internal sealed class SampleData : IBackupDatabase, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HashSet<(string RunId, string Path)> checkpoints = [];

    public SampleData()
    {
        Write("data/trainyard.db", "rows");
        Write("data/keys/key-1.xml", "key");
        Write("data/artifacts/models/mine/model.safetensors", "weights");
        Paths = new(At("data"), At("data/trainyard.db"), At("data/artifacts"), At("data/keys"));
    }

    public DataPaths Paths { get; }

    public IOException? CopyFault { get; set; }

    /// <summary>Runs just after the database was copied.</summary>
    public Action AfterCopy { get; set; } = () => { };

    public string At(string path) => folder.File(path.Split('/'));

    public string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path)) ?? folder.Path);
        File.WriteAllText(At(path), text);
        return At(path);
    }

    public void Know(string runId, string checkpoint) => checkpoints.Add((runId, checkpoint));

    public BackupTaken Back(string name, string? since = null) =>
        new Backup(Paths, this, "1.2.3", TimeProvider.System).Take(At(name), since is null ? null : At(since), CancellationToken.None);

    public void Copy(string file, string copy)
    {
        if (CopyFault is { } fault)
        {
            throw fault;
        }
        File.Copy(file, copy);
        AfterCopy();
    }

    public void Check(string copy)
    {
        if (File.ReadAllText(copy) is not "rows" and var text)
        {
            throw new InvalidDataException($"the database holds '{text}'");
        }
    }

    public IReadOnlySet<(string RunId, string Path)> Checkpoints(string copy) => checkpoints;

    public void Dispose() => folder.Dispose();
}
