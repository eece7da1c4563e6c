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
            if (files.Open(kind, id, file) is not var (opened, stream))
            {
                continue;
            }
            await using var content = stream;
            var entry = new PaxTarEntry(TarEntryType.RegularFile, $"{id}/{opened.Path}")
            {
                DataStream = content,
                ModificationTime = opened.Modified,
            };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }

    private async Task AddAsync(ZipArchive zip, ArtifactFile listed, CancellationToken cancellationToken)
    {
        if (files.Open(kind, id, listed) is not var (file, stream))
        {
            return;
        }
        await using var content = stream;
        // Weights hardly compress at any level.
        var entry = zip.CreateEntry($"{id}/{file.Path}", CompressionLevel.Fastest);
        entry.LastWriteTime = file.Modified > MinZipTime ? file.Modified : MinZipTime;
        await using var target = await entry.OpenAsync(cancellationToken);
        await content.CopyToAsync(target, cancellationToken);
    }
}
