using System.Buffers.Binary;

namespace Trainyard.CheckpointFiles;

/// <summary>
/// The central directory at the end of a zip. Readers load all of it into memory, and a small file can have millions of entries.
/// </summary>
public static class ZipDirectory
{
    private const int EndRecord = 22;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Refuses a longer directory by what its end record says, before any of it is read.</summary>
    /// <param name="file">The whole zip; must be seekable, and is at its beginning afterwards.</param>
    /// <param name="bytes">How long its directory may be.</param>
    /// <exception cref="InvalidDataException">It is longer, or can't be found.</exception>
    public static void RequireAtMost(Stream file, long bytes)
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
        var claimed = (length, start) switch
        {
            (uint.MaxValue, not uint.MaxValue) => file.Length - start,
            (uint.MaxValue, _) => LengthOf64(file, tail, end),
            _ => length,
        };
        if (claimed > bytes)
        {
            throw new InvalidDataException($"its zip's directory of {claimed:N0} bytes is too long");
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
        return (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(40)), (ulong)long.MaxValue);
    }
}
