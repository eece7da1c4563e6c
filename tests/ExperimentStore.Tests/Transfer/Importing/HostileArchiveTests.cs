using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

public sealed class HostileArchiveTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task Archive_entries_can_not_escape_the_folder()
    {
        await using var store = await StartAsync("sqlite");
        foreach (var name in (string[])["../../evil", "/tmp/evil", "a/../../../evil", "..\\..\\evil", "a/./../../evil"])
        {
            var import = await store.UploadAsync(Zip((name, "x"u8.ToArray())), "format=tensorboard");
            Assert.Equal(("failed", "PATH_FORBIDDEN"),
                (import.GetProperty("state").GetString(), import.GetProperty("error_code").GetString()));
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) };
            var tarred = await store.UploadAsync(Tar(entry), "format=tensorboard");
            Assert.Equal("PATH_FORBIDDEN", tarred.GetProperty("error_code").GetString());
        }
        Assert.False(File.Exists("/tmp/evil"));
        Assert.Empty(Directory.EnumerateFiles(store.Corpus, "evil", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Entries_that_a_file_system_can_not_hold_are_refused()
    {
        await using var store = await StartAsync("sqlite");
        var (wide, deep) = (new string('n', 400), string.Join('/', Enumerable.Repeat("folder", 1000)));
        foreach (var names in (string[][])[[wide], [$"{wide}/a"], [deep], ["a", "a"], ["a", "a/b"], ["a", "a/b/c"], ["a/b", "a"]])
        {
            var import = await store.UploadAsync(Zip([.. names.Select(name => (name, "x"u8.ToArray()))]), "format=tensorboard");

            Assert.Equal("PATH_FORBIDDEN", import.GetProperty("error_code").GetString());
            Assert.StartsWith("The archive is refused: '", import.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Links_are_refused()
    {
        await using var store = await StartAsync("sqlite");
        foreach (var kind in (TarEntryType[])[TarEntryType.SymbolicLink, TarEntryType.HardLink])
        {
            var import = await store.UploadAsync(Tar(new PaxTarEntry(kind, "events.out.tfevents.1") { LinkName = "/etc/passwd" }),
                "format=tensorboard");
            Assert.Equal("PATH_FORBIDDEN", import.GetProperty("error_code").GetString());
        }
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var link = zip.CreateEntry("events.out.tfevents.1");
            link.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var target = link.Open();
            target.Write("/etc/passwd"u8);
        }
        Assert.Equal("PATH_FORBIDDEN", (await store.UploadAsync(packed.ToArray(), "format=tensorboard")).GetProperty("error_code")
            .GetString());
    }

    [Fact]
    public async Task A_zip_with_an_oversized_directory_is_refused_before_it_is_read()
    {
        await using var store = await StartAsync("sqlite", settings: [("IMPORT:MAX_FILES", "10")]);
        var name = new string('n', 200);

        var import = await store.UploadAsync(Zip([.. Enumerable.Range(0, 500).Select(number => ($"{number}{name}", Array.Empty<byte>()))]),
            "format=tensorboard");

        Assert.Contains("directory", import.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_with_too_many_files_is_refused_before_any_is_unpacked()
    {
        await using var store = await StartAsync("sqlite", settings: [("IMPORT:MAX_FILES", "10")]);

        var import = await store.UploadAsync(
            Zip([.. Enumerable.Range(0, 11).Select(number => ($"../{number}", Array.Empty<byte>()))]), "format=tensorboard");

        Assert.Equal("PAYLOAD_TOO_LARGE", import.GetProperty("error_code").GetString());
    }

    [Fact]
    public async Task A_pipe_is_not_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files.");
        await using var store = await StartAsync("sqlite");
        foreach (var name in (string[])["export.json", "logs/events.out.tfevents.1", "neptune/a.parquet"])
        {
            var path = Path.Combine(store.Corpus, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? store.Corpus);
            using var make = Process.Start("mkfifo", path);
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var file = await store.RefusedAsync(HttpMethod.Post, "/api/import", """{"path":"export.json","format":"trainyard"}""");
        var logs = await store.ImportAsync(new { path = "logs", format = "tensorboard" });
        var neptune = await store.ImportAsync(new { path = "neptune", format = "neptune" });

        Assert.Equal(("DATA_NOT_FOUND", "path 'export.json' is empty, or no regular file."), (file.Code, file.Message));
        Assert.Equal("EVENT_INVALID", logs.GetProperty("error_code").GetString());
        Assert.Equal("It has no Parquet file.", neptune.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Archives_that_unpack_to_too_much_are_refused()
    {
        await using var store = await StartAsync("sqlite", settings: [("IMPORT:MAX_UNPACKED_BYTES", "100000"), ("IMPORT:MAX_FILES", "10")]);
        var bomb = await store.UploadAsync(Zip(("events.out.tfevents.1", new byte[200_000])), "format=tensorboard");
        var many = await store.UploadAsync(Zip([.. Enumerable.Range(0, 11).Select(number => ($"{number}", Array.Empty<byte>()))]),
            "format=tensorboard");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new MemoryStream(new byte[200_000]);
            gzip.Write(Tar(new PaxTarEntry(TarEntryType.RegularFile, "events.out.tfevents.1") { DataStream = zeros }));
        }
        var tarred = await store.UploadAsync(packed.ToArray(), "format=tensorboard");
        packed.SetLength(0);
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write("""[{"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:00:00Z"}"""u8);
            gzip.Write(Enumerable.Repeat((byte)' ', 200_000).ToArray());
        }
        var export = await store.UploadAsync(packed.ToArray(), "format=trainyard");

        Assert.Equal(Enumerable.Repeat("PAYLOAD_TOO_LARGE", 4), ((System.Text.Json.JsonElement[])[bomb, many, tarred, export])
            .Select(import => import.GetProperty("error_code").GetString()));
    }

    [Fact]
    public async Task Damaged_and_empty_archives_are_refused()
    {
        await using var store = await StartAsync("sqlite");
        var whole = Zip(("events.out.tfevents.1", new byte[5000]));

        Assert.Equal("EVENT_INVALID", (await store.UploadAsync(whole[..^30], "format=tensorboard")).GetProperty("error_code").GetString());
        Assert.Equal("DATA_NOT_FOUND", (await store.UploadAsync(Zip(("readme.txt", [1])), "format=tensorboard")).GetProperty("error_code")
            .GetString());
        Assert.Equal("DATA_NOT_FOUND", (await store.UploadAsync(Zip(("readme.txt", [1])), "format=neptune")).GetProperty("error_code")
            .GetString());
    }

    [Fact]
    public async Task Leftovers_of_a_broken_upload_are_removed()
    {
        var root = Directory.CreateTempSubdirectory("trainyard-import-").FullName;
        try
        {
            var (old, young) = (Path.Combine(root, "imports", "import-old"), Path.Combine(root, "imports", "import-young"));
            foreach (var folder in (string[])[old, young])
            {
                Directory.CreateDirectory(folder);
                await File.WriteAllTextAsync(Path.Combine(folder, "upload"), "half", TestContext.Current.CancellationToken);
            }
            File.SetLastWriteTimeUtc(Path.Combine(old, "upload"), DateTime.UtcNow.AddDays(-2));
            Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));

            await using var store = await StartAsync("sqlite", settings: [("APP:DATA_ROOT", root)]);

            await Wait.UntilAsync(() => Task.FromResult(Directory.Exists(old)), there => !there);
            Assert.True(Directory.Exists(young));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return packed.ToArray();
    }

    private static byte[] Tar(TarEntry entry)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, leaveOpen: true))
        {
            tar.WriteEntry(entry);
        }
        return packed.ToArray();
    }
}
