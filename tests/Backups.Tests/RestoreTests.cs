namespace Trainyard.Backups.Tests;

public sealed class RestoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 7, 8, 9, TimeSpan.Zero);

    private readonly SampleData data = new();
    private readonly Restore restore;

    public RestoreTests()
    {
        restore = new(data);
        data.Back("backup");
    }

    [Fact]
    public void A_restore_into_a_new_folder_gives_the_same_files()
    {
        Assert.Null(Run("restored"));

        foreach (var name in (string[])["trainyard.db", "keys/key-1.xml", "artifacts/models/mine/model.safetensors"])
        {
            var (before, after) = (data.At($"data/{name}"), data.At($"restored/{name}"));
            Assert.Equal(File.ReadAllText(before), File.ReadAllText(after));
        }
        Assert.Equal(
            File.GetLastWriteTimeUtc(data.At("data/artifacts/models/mine/model.safetensors")),
            File.GetLastWriteTimeUtc(data.At("restored/artifacts/models/mine/model.safetensors")));
        Assert.Empty(Directory.GetDirectories(data.At("restored"), ".tmp-*"));
    }

    [Fact]
    public void A_restore_into_a_folder_with_content_is_refused()
    {
        data.Write("restored/notes.txt", "mine");

        AssertRefused("is not empty", () => Run("restored"));

        Assert.Equal("notes.txt", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(data.At("restored")))));
    }

    [Fact]
    public void A_forced_restore_moves_the_content_aside()
    {
        data.Write("restored/notes.txt", "mine");

        var aside = Run("restored", force: true);

        Assert.Equal(data.At("restored/before-restore-20261123T070809Z"), aside);
        Assert.Equal("mine", File.ReadAllText(data.At("restored/before-restore-20261123T070809Z/notes.txt")));
        Assert.Equal("rows", File.ReadAllText(data.At("restored/trainyard.db")));
    }

    [Fact]
    public void A_folder_in_use_is_refused()
    {
        Directory.CreateDirectory(data.At("restored"));
        using var running = FolderLock.Take(data.At("restored"), DataPaths.LockName);

        AssertRefused($"Trainyard is running on {data.At("restored")}.", () => Run("restored", force: true));
    }

    [Fact]
    public void A_changed_file_is_named_and_nothing_is_restored()
    {
        File.WriteAllText(data.At("backup/artifacts/models/mine/model.safetensors"), "WEIGHTS");

        AssertRefused(
            "is damaged: artifacts/models/mine/model.safetensors has changed since the backup was written.", () => Run("restored"));

        Assert.False(Directory.Exists(data.At("restored")));
    }

    [Fact]
    public void The_first_of_many_changed_files_are_named()
    {
        foreach (var number in Enumerable.Range(1, 4))
        {
            data.Write($"data/artifacts/files/{number}.txt", "text");
        }
        data.Back("many");
        Directory.Delete(data.At("many/artifacts/files"), recursive: true);

        AssertRefused(
            "is damaged: artifacts/files/1.txt, artifacts/files/2.txt, artifacts/files/3.txt and 1 more have changed",
            () => restore.Verify(data.At("many")));
    }

    [Fact]
    public void A_file_outside_the_backup_is_refused()
    {
        var outside = new FileInfo(data.Write("outside.txt", "secret"));
        Directory.CreateDirectory(data.At("forged"));
        var file = new BackupFile("../outside.txt", outside.Length, outside.LastWriteTimeUtc, HashedCopy.HashOf(outside.FullName));
        new BackupManifest(BackupManifest.CurrentFormat, "1.2.3", Now, [file]).Write(data.At("forged"));

        AssertRefused("is damaged: ../outside.txt has changed", () => Run("restored", backup: "forged"));
    }

    [Fact]
    public void A_database_that_fails_its_check_is_refused()
    {
        data.Write("checked/trainyard.db", "newer rows");
        new BackupManifest(BackupManifest.CurrentFormat, "1.2.3", Now, []).Write(data.At("checked"));

        AssertRefused("can't be used: the database holds 'newer rows'", () => restore.Verify(data.At("checked")));
    }

    [Fact]
    public void A_missing_backup_is_refused() =>
        AssertRefused($"there is no backup at {data.At("none")}.", () => restore.Verify(data.At("none")));

    public void Dispose() => data.Dispose();

    private string? Run(string target, bool force = false, string backup = "backup") =>
        restore.Run(data.At(backup), data.At(target), force, Now);

    private static void AssertRefused(string reason, Func<object?> action) =>
        Assert.Contains(reason, Assert.Throws<BackupException>(action).Message, StringComparison.Ordinal);
}
