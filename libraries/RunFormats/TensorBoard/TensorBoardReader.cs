using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Trainyard.TensorBoard;

namespace Trainyard.RunFormats.TensorBoard;

/// <summary>
/// Reads a TensorBoard log folder: each folder with event files is a run. Its id comes from its oldest event file, whose name has the
/// time, the machine and the process. So a moved folder is still the same run.
/// </summary>
/// <param name="root">The folder, or an event file.</param>
/// <param name="label">The name of the run if its event files are directly in the folder.</param>
public sealed class TensorBoardReader(string root, string? label = null) : RunReader
{
    private const int MaxFirstRecordBytes = 1 << 20;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SourceEvent> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<EventFolder> folders = File.Exists(root) ? [new("", [root])] : [.. EventFolder.Find(root)];
        BytesTotal = folders.Sum(folder => folder.Files.Sum(file => new FileInfo(file).Length));
        var any = false;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var runId = await IdAsync(folder, cancellationToken);
            if (!ids.Add(runId))
            {
                // A copy of a run that was then trained further: both begin with the same file.
                Report.Add($"'{folder.Name}' begins with the same file as an earlier folder, and is imported as a separate run.");
                runId = $"tb-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}/{folder.Name}")))[..20]}";
                ids.Add(runId);
            }
            var reader = new FolderReader(folder, runId, folder.Name.Length > 0 ? folder.Name : label, Report);
            var before = BytesRead;
            await foreach (var item in reader.ReadAsync(cancellationToken))
            {
                any = true;
                BytesRead = before + reader.BytesRead;
                yield return item;
            }
            BytesRead = before + reader.BytesRead;
        }
        if (!any)
        {
            throw new InvalidRunFileException(RunFileFault.Malformed, Path.GetFileName(root),
                $"It has no TensorBoard event. {Report.Notices.FirstOrDefault()}".TrimEnd());
        }
    }

    private static async Task<string> IdAsync(EventFolder folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(folder.Files[0])));
        await using var file = EventFolder.Open(folder.Files[0]);
        try
        {
            hash.AppendData((await new TfRecordReader(file, MaxFirstRecordBytes).ReadAsync(cancellationToken) ?? default).Span);
        }
        catch (EventFileException)
        {
            // The damage is reported when the file is read. The id then comes from the name alone.
        }
        return $"tb-{Convert.ToHexStringLower(hash.GetHashAndReset())[..20]}";
    }
}
