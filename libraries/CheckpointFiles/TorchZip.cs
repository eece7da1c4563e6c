using System.IO.Compression;
using System.IO.Hashing;

namespace Trainyard.CheckpointFiles;

/// <summary>
/// A file of <c>torch.save</c>: an uncompressed zip with <c>name/data.pkl</c> and, for each storage, <c>name/data/key</c>. Checks that the
/// storages the pickle refers to exist, without loading them.
/// </summary>
/// <param name="Storages">What the pickle refers to.</param>
/// <param name="Globals">What the pickle would import when it is loaded.</param>
/// <param name="Problems">Why it can't be used, or should not be.</param>
public sealed record TorchZip(IReadOnlyList<TorchStorage> Storages, IReadOnlyList<string> Globals, IReadOnlyList<string> Problems)
{
    /// <summary>The short texts in the pickle, the keys of its dictionaries among them.</summary>
    public IReadOnlySet<string> Texts { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    private const int LongestPickle = 256 << 20;
    private const int LongestDirectory = 16 << 20;
    private const int PieceLength = 1 << 20;

    // Of these only the first is a program.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "data.pkl", "version", "byteorder", ".data/serialization_id", ".format_version", ".storage_alignment",
    };

    /// <summary>Reads the zip's directory and its pickle.</summary>
    /// <param name="file">The whole file; must be seekable.</param>
    /// <exception cref="InvalidDataException">It is no such zip, or is damaged.</exception>
    public static TorchZip Read(Stream file)
    {
        ZipDirectory.RequireAtMost(file, LongestDirectory);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var entries = EntriesOf(zip);
        // PyTorch looks for all entries in the folder of the first one.
        var root = zip.Entries is [var first, ..] ? first.FullName[..(first.FullName.IndexOf('/', StringComparison.Ordinal) + 1)] : "";
        if (root.Length == 0 || !entries.TryGetValue($"{root}data.pkl", out var pickle))
        {
            throw new InvalidDataException("its zip holds no data.pkl: it was not written by torch.save");
        }
        var scan = PickleScan.Read(Content(pickle));
        List<string> problems =
        [
            .. scan.Refused.Select(name => $"loading it would run {name}"),
            .. entries.Values.Select(entry => Unexpected(entry.FullName, root)).OfType<string>(),
            .. scan.Storages.Select(storage => Mismatch(storage, entries.GetValueOrDefault($"{root}data/{storage.Key}"))).OfType<string>(),
            .. scan.Misplaced,
        ];
        return new(scan.Storages, scan.Globals, [.. problems.Take(CheckpointFile.MaxProblems)]) { Texts = scan.Texts };
    }

    /// <summary>Compares every entry with the CRC-32 that the zip gives for it. Reads the whole file, a piece at a time.</summary>
    /// <param name="file">The whole file; must be seekable.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The damaged entries, each with what is wrong with it.</returns>
    /// <exception cref="InvalidDataException">It is no zip.</exception>
    public static async Task<IReadOnlyList<string>> FindDamageAsync(Stream file, CancellationToken cancellationToken)
    {
        ZipDirectory.RequireAtMost(file, LongestDirectory);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var problems = new List<string>();
        var piece = new byte[PieceLength];
        foreach (var entry in EntriesOf(zip).Values)
        {
            if (problems.Count < CheckpointFile.MaxProblems && await DamageAsync(entry, piece, cancellationToken) is { } damage)
            {
                problems.Add($"the zip entry '{entry.FullName}' is damaged: {damage}");
            }
        }
        return problems;
    }

    private static async Task<string?> DamageAsync(ZipArchiveEntry entry, byte[] piece, CancellationToken cancellationToken)
    {
        try
        {
            var (crc, length) = (new Crc32(), 0L);
            await using var content = entry.Open();
            while (length <= entry.Length && await content.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                crc.Append(piece.AsSpan(0, read));
                length += read;
            }
            return length != entry.Length ? $"it has {length:N0} bytes, but the zip says {entry.Length:N0}"
                : crc.GetCurrentHashAsUInt32() != entry.Crc32
                    ? $"its CRC-32 is {crc.GetCurrentHashAsUInt32():x8}, but the zip says {entry.Crc32:x8}"
                    : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            return exception.Message;
        }
    }

    private static Dictionary<string, ZipArchiveEntry> EntriesOf(ZipArchive zip)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in zip.Entries)
        {
            // PyTorch looks up entries case-insensitively.
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw new InvalidDataException($"its zip holds '{entry.FullName}' twice");
            }
        }
        return entries;
    }

    private static string? Unexpected(string entry, string root)
    {
        if (!entry.StartsWith(root, StringComparison.Ordinal))
        {
            return $"its zip holds '{entry}' outside '{root}'";
        }
        var name = entry[root.Length..];
        return Known.Contains(name) || name.StartsWith("data/", StringComparison.Ordinal)
            ? null
            : $"its zip holds '{entry}', which torch.save never writes";
    }

    private static string? Mismatch(TorchStorage storage, ZipArchiveEntry? bytes) =>
        bytes switch
        {
            null => $"the bytes of storage {storage.Key} are missing",
            _ when bytes.CompressedLength != bytes.Length =>
                $"storage {storage.Key} is compressed, which torch.save never does",
            _ when TorchTypes.SizeOfElement(storage.Type) is not null && storage.Bytes != bytes.Length =>
                $"storage {storage.Key} of {storage.Elements:N0} {storage.Type} elements has {bytes.Length:N0} bytes",
            _ => null,
        };

    private static byte[] Content(ZipArchiveEntry pickle)
    {
        if (pickle.Length > LongestPickle || pickle.CompressedLength != pickle.Length)
        {
            throw new InvalidDataException($"its data.pkl of {pickle.Length:N0} bytes is too large or compressed");
        }
        var content = new byte[pickle.Length];
        using var stream = pickle.Open();
        try
        {
            stream.ReadExactly(content);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("its data.pkl breaks off", exception);
        }
        return content;
    }
}
