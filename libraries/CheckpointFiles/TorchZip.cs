using System.Buffers.Binary;
using System.IO.Compression;

namespace Trainyard.CheckpointFiles;

/// <summary>
/// A file of <c>torch.save</c>: a zip without compression that holds <c>name/data.pkl</c> and, for each storage, <c>name/data/key</c>. What the
/// pickle refers to is held against what is there, without loading either.
/// </summary>
/// <param name="Storages">What the pickle refers to.</param>
/// <param name="Globals">What the pickle would import when it is loaded.</param>
/// <param name="Problems">Why it can't be used, or should not be.</param>
public sealed record TorchZip(IReadOnlyList<TorchStorage> Storages, IReadOnlyList<string> Globals, IReadOnlyList<string> Problems)
{
    private const int LongestPickle = 256 << 20;
    private const int LongestDirectory = 64 << 20;
    private const int EndRecord = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int MostProblems = 20;

    private static readonly Dictionary<string, int> ElementSizes = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = 8,
        ["FloatStorage"] = 4,
        ["HalfStorage"] = 2,
        ["BFloat16Storage"] = 2,
        ["LongStorage"] = 8,
        ["IntStorage"] = 4,
        ["ShortStorage"] = 2,
        ["CharStorage"] = 1,
        ["ByteStorage"] = 1,
        ["BoolStorage"] = 1,
        ["ComplexDoubleStorage"] = 16,
        ["ComplexFloatStorage"] = 8,
        ["UntypedStorage"] = 1,
        ["QInt8Storage"] = 1,
        ["QUInt8Storage"] = 1,
        ["QInt32Storage"] = 4,
    };

    /// <summary>Reads the zip's directory and its pickle.</summary>
    /// <param name="file">The whole file; must be seekable.</param>
    /// <exception cref="InvalidDataException">It is no such zip, or is damaged.</exception>
    public static TorchZip Read(Stream file)
    {
        RequireBoundedDirectory(file);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw new InvalidDataException($"its zip holds '{entry.FullName}' twice");
            }
        }
        if (entries.Values.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)) is not { } pickle)
        {
            throw new InvalidDataException("its zip holds no data.pkl: it was not written by torch.save");
        }
        var root = pickle.FullName[..^"data.pkl".Length];
        var scan = PickleScan.Read(Content(pickle));
        List<string> problems =
        [
            .. scan.Dangerous.Select(name => $"loading it would run {name}"),
            .. entries.Values.Where(entry => !entry.FullName.StartsWith(root, StringComparison.Ordinal)).Select(entry => $"its zip holds '{entry.FullName}' outside '{root}'"),
            .. scan.Storages.Select(storage => Mismatch(storage, entries.GetValueOrDefault($"{root}data/{storage.Key}"))).OfType<string>(),
        ];
        return new(scan.Storages, scan.Globals, [.. problems.Take(MostProblems)]);
    }

    private static string? Mismatch(TorchStorage storage, ZipArchiveEntry? bytes) => (bytes, ElementSizes.TryGetValue(storage.Type, out var size)) switch
    {
        ({ } there, _) when there.CompressedLength != there.Length => $"storage {storage.Key} is compressed, which torch.save never does",
        (null, _) => $"the bytes of storage {storage.Key} are missing",
        (_, true) when (Int128)storage.Elements * size != bytes.Length => $"storage {storage.Key} of {storage.Elements:N0} {storage.Type} elements has {bytes.Length:N0} bytes",
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

    /// <summary>The zip's directory is read into memory as a whole: its end record says how long it is.</summary>
    private static void RequireBoundedDirectory(Stream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndRecord + LongestComment)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        file.Position = 0;
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndRecord > tail.Length)
        {
            throw new InvalidDataException("its zip breaks off: the directory at its end is missing");
        }
        // The 64-bit form of a directory as long as that gives 0xffffffff here, and its own length stands between it and this record.
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12));
        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var longest = length == uint.MaxValue && start != uint.MaxValue ? file.Length - start : length == uint.MaxValue ? LengthOf64(file, tail, end) : length;
        if (longest > LongestDirectory)
        {
            throw new InvalidDataException($"its zip's directory of {longest:N0} bytes is too long");
        }
    }

    private static long LengthOf64(Stream file, byte[] tail, int end)
    {
        const int Locator = 20;
        const int Record = 56;
        var record = new byte[Record];
        if (end < Locator || !tail.AsSpan(end - Locator).StartsWith("PK\x06\x07"u8)
            || BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - Locator + 8)) is var at && (at < 0 || at > file.Length - Record))
        {
            throw new InvalidDataException("its zip's directory can't be found");
        }
        file.Position = at;
        file.ReadExactly(record);
        file.Position = 0;
        return BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(40)) is var length && length <= long.MaxValue ? (long)length : long.MaxValue;
    }
}
