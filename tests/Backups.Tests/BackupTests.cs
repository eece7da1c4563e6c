namespace Trainyard.Backups.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly SampleData data = new();

    [Fact]
    public void A_backup_holds_the_database_the_keys_and_the_artifacts()
    {
        data.Write("data/artifacts/models/mine/.tmp-unfinished", "half");
        data.Write("data/artifacts/models/mine/logs.jsonl", "{\"message\":\"whole\"}\n{\"message\":\"being wri");

        var taken = data.Back("backup");

        Assert.Equal(new(data.At("backup"), 4, 4 + 3 + 7 + 20, 0), taken);
        Assert.Equal("{\"message\":\"whole\"}\n", File.ReadAllText(data.At("backup/artifacts/models/mine/logs.jsonl")));
        var manifest = BackupManifest.Read(taken.Folder);
        Assert.Equal("1.2.3", manifest.Version);
        Assert.Equal(
            ["trainyard.db", "keys/key-1.xml", "artifacts/models/mine/logs.jsonl", "artifacts/models/mine/model.safetensors"],
            manifest.Files.Select(file => file.Path));
        Assert.Empty(Directory.GetDirectories(data.Paths.Artifacts, ".tmp-*"));
    }

    [Fact]
    public void A_file_deleted_during_the_backup_is_in_it()
    {
        var weights = data.At("data/artifacts/models/mine/model.safetensors");
        data.AfterCopy = () => File.Delete(weights);

        data.Back("backup");

        Assert.Equal("weights", File.ReadAllText(data.At("backup/artifacts/models/mine/model.safetensors")));
    }

    [Fact]
    public void A_checkpoint_newer_than_the_database_is_left_out_unless_the_run_has_no_other()
    {
        data.Write("data/artifacts/models/mine/checkpoints/10/model.safetensors", "ten");
        data.Write("data/artifacts/models/mine/checkpoints/20/model.safetensors", "twenty");
        data.Write("data/artifacts/models/other/checkpoints/20/model.safetensors", "twenty");
        data.Know("mine", "checkpoints/10");

        data.Back("backup");

        Assert.True(Directory.Exists(data.At("backup/artifacts/models/mine/checkpoints/10")));
        Assert.False(Directory.Exists(data.At("backup/artifacts/models/mine/checkpoints/20")));
        Assert.True(Directory.Exists(data.At("backup/artifacts/models/other/checkpoints/20")));
    }

    [Fact]
    public void A_later_backup_shares_only_unchanged_intact_files()
    {
        data.Write("data/artifacts/models/mine/changed.txt", "first");
        data.Write("data/artifacts/models/mine/damaged.txt", "intact");
        data.Back("first");
        data.Write("data/artifacts/models/mine/changed.txt", "second");
        File.WriteAllText(data.At("first/artifacts/models/mine/damaged.txt"), "broken");

        var taken = data.Back("second", since: "first");

        Assert.Equal("weights".Length, taken.Shared);
        Assert.Equal("second", File.ReadAllText(data.At("second/artifacts/models/mine/changed.txt")));
        Assert.Equal("intact", File.ReadAllText(data.At("second/artifacts/models/mine/damaged.txt")));
    }

    [Fact]
    public void A_folder_that_exists_is_refused() => AssertRefused("data", $"{data.At("data")} exists already.");

    [Fact]
    public void A_folder_inside_the_artifacts_is_refused() => AssertRefused("data/artifacts/backup", "is inside the artifacts folder");

    [Fact]
    public void A_data_folder_without_a_database_is_refused()
    {
        File.Delete(data.Paths.Database);

        AssertRefused("backup", $"there is no database at {data.Paths.Database}.");
    }

    [Fact]
    public void A_second_backup_at_the_same_time_is_refused()
    {
        using var first = FolderLock.Take(data.Paths.Root, Backup.LockName);

        AssertRefused("backup", $"another backup of {data.Paths.Root} is running.");
    }

    [Fact]
    public void A_database_that_cannot_be_copied_leaves_nothing_behind()
    {
        data.CopyFault = new IOException("The disk is full.");

        AssertRefused("backups/one", "The disk is full.");

        Assert.Empty(Directory.GetFileSystemEntries(data.At("backups")));
        Assert.Empty(Directory.GetDirectories(data.Paths.Artifacts, ".tmp-*"));
    }

    public void Dispose() => data.Dispose();

    private void AssertRefused(string folder, string reason) =>
        Assert.Contains(reason, Assert.Throws<BackupException>(() => data.Back(folder)).Message, StringComparison.Ordinal);
}
