using System.Formats.Tar;
using System.IO.Compression;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>Streams all files of an artifact as one archive, without buffering it in memory or on disk.</summary>
internal sealed class ArtifactArchive(ArtifactFiles files, string kind, string id)
{
    private static readonly DateTimeOffset MinZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task WriteZipAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var gathering = new GatheringStream(output);
        await using (var zip = await ZipArchive.CreateAsync(
            gathering, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            await foreach (var file in files.ListAsync(kind, id, cancellationToken))
            {
                await AddAsync(zip, file, cancellationToken);
                await gathering.FlushAsync(cancellationToken);
            }
        }
        await gathering.FlushAsync(cancellationToken);
    }

    public async Task WriteTarAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await foreach (var file in files.ListAsync(kind, id, cancellationToken))
        {
            await using var content = files.Open(kind, id, file);
            if (content is not null)
            {
                var entry = new PaxTarEntry(TarEntryType.RegularFile, $"{id}/{file.Path}")
                {
                    DataStream = content,
                    ModificationTime = file.Modified,
                };
                await tar.WriteEntryAsync(entry, cancellationToken);
            }
        }
    }

    private async Task AddAsync(ZipArchive zip, ArtifactFile file, CancellationToken cancellationToken)
    {
        await using var content = files.Open(kind, id, file);
        if (content is null)
        {
            return;
        }
        // Weights hardly compress at any level.
        var entry = zip.CreateEntry($"{id}/{file.Path}", CompressionLevel.Fastest);
        entry.LastWriteTime = file.Modified > MinZipTime ? file.Modified : MinZipTime;
        await using var target = await entry.OpenAsync(cancellationToken);
        await content.CopyToAsync(target, cancellationToken);
    }
}
