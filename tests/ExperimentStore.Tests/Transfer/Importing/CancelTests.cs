using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Transfer.Importing;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

public class CancelTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task An_import_cancelled_while_it_unpacks_leaves_the_next_one_and_no_files()
    {
        await using var store = await StartAsync("sqlite", settings: [("IMPORT:LEASE_SECONDS", "1")]);
        var archive = Archive(files: 20_000);
        var cancelled = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            var id = await store.SendAsync(archive, "format=tensorboard");
            await Wait.UntilAsync(
                () => store.GetAsync($"/api/imports/{id}"), import => import.GetProperty("state").GetString() != "queued");
            await store.SendAsync(HttpMethod.Post, $"/api/imports/{id}/cancel");
            cancelled.Add(id);
        }

        var next = await store.UploadAsync(Archive(files: 1), "format=tensorboard");

        Assert.Equal("failed", next.GetProperty("state").GetString());
        var imports = Path.Combine(Path.GetDirectoryName(store.Artifacts) ?? "", "imports");
        await Wait.UntilAsync(() => Task.FromResult(cancelled.Count(id => Directory.Exists(Path.Combine(imports, id)))), left => left == 0);
    }

    [Fact]
    public async Task An_import_fails_after_its_process_died_repeatedly()
    {
        await using var store = await StartAsync("sqlite", settings: [("IMPORT:LEASE_SECONDS", "1")]);
        var folders = store.Services.GetRequiredService<ImportFolders>();
        await File.WriteAllBytesAsync(Path.Combine(store.Corpus, "runs.zip"), Archive(files: 1));
        for (var died = 0; died < 3; died++)
        {
            folders.Begin("import-deadly");
        }
        await store.Services.GetRequiredService<Database>().WriteAsync((db, _) =>
        {
            db.Imports.Add(new()
            {
                Id = "import-deadly",
                Format = ImportFormat.TensorBoard,
                State = ImportState.Running,
                Path = Path.Combine(store.Corpus, "runs.zip"),
                CreatedAt = DateTimeOffset.UtcNow,
                LeasedUntil = DateTimeOffset.UnixEpoch,
            });
            return Task.CompletedTask;
        }, CancellationToken.None);

        var import = await store.EndedAsync("import-deadly");

        Assert.Equal(("failed", "INTERNAL"), (import.GetProperty("state").GetString(), import.GetProperty("error_code").GetString()));
        Assert.Contains("died 3 times", import.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static byte[] Archive(int files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var index = 0; index < files; index++)
            {
                zip.CreateEntry($"folder-{index % 100}/file-{index}.txt").Open().Dispose();
            }
        }
        return bytes.ToArray();
    }
}
