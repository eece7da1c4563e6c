using System.Security.Cryptography;
using Trainyard.Harness.Processes;

namespace Trainyard.Backups.Tests;

public sealed class BackupManifestTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 7, 8, 9, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    private string Manifest => folder.File("manifest.json");

    private string Hash => folder.File("manifest.json.sha256");

    [Fact]
    public void A_manifest_is_read_as_it_was_written()
    {
        var file = new BackupFile("artifacts/models/mine/model.safetensors", 7, Now.UtcDateTime, new string('a', 64));

        new BackupManifest(BackupManifest.CurrentFormat, "1.2.3", Now, [file]).Write(folder.Path);

        Assert.True(BackupManifest.IsIn(folder.Path));
        var read = BackupManifest.Read(folder.Path);
        Assert.Equal((1, "1.2.3", Now), (read.Format, read.Version, read.CreatedAt));
        Assert.Equal(file, Assert.Single(read.Files));
    }

    [Fact]
    public void A_manifest_with_a_wrong_hash_is_refused()
    {
        Write();
        File.WriteAllText(Manifest, File.ReadAllText(Manifest).Replace("1.2.3", "1.2.4", StringComparison.Ordinal));

        AssertRefused("is damaged: manifest.json has changed since it was written.");
    }

    [Theory]
    [InlineData("""{"format":2,"version":"9.0.0","created_at":"2030-01-01T00:00:00Z","files":[]}""")]
    [InlineData("""{"format":"two"}""")]
    [InlineData("null")]
    public void An_unknown_format_is_refused(string manifest)
    {
        File.WriteAllText(Manifest, manifest);
        File.WriteAllText(Hash, $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Manifest)))}  manifest.json\n");

        AssertRefused("was written by a newer version of Trainyard.");
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("manifest.json.sha256")]
    public void A_backup_without_its_manifest_or_hash_is_refused(string missing)
    {
        Write();
        File.Delete(folder.File(missing));

        AssertRefused("is not a complete backup: manifest.json or manifest.json.sha256 is missing.");
    }

    public void Dispose() => folder.Dispose();

    private void Write() => new BackupManifest(BackupManifest.CurrentFormat, "1.2.3", Now, []).Write(folder.Path);

    private void AssertRefused(string reason)
    {
        var failure = Assert.Throws<BackupException>(() => BackupManifest.Read(folder.Path));
        Assert.Equal($"{folder.Path} {reason}", failure.Message);
    }
}
