using System.Buffers.Binary;

namespace Trainyard.ExperimentStore.Events;

/// <summary>The key of a request, event or batch. Kept for a week to detect repetitions.</summary>
internal sealed class RememberedKey
{
    public required string Key { get; init; }

    /// <summary>The run with which it is deleted; empty if it covers several runs.</summary>
    public required string RunId { get; init; }

    /// <summary>Hash of the body that was stored under it.</summary>
    public required long BodyHash { get; init; }

    public required DateTimeOffset StoredAt { get; init; }
}

/// <summary>
/// Keys of a client that numbers its requests: the body hashes of <see cref="Length"/> consecutive numbers, kept until their run is
/// removed. Exact, unlike a bloom filter; widely spaced numbers cost a row each.
/// </summary>
internal sealed class SequencePage
{
    /// <summary>Numbers per page.</summary>
    public const int Length = 32;

    /// <summary>The hashes of an empty page.</summary>
    public static readonly byte[] Empty = new byte[Length * sizeof(long)];

    // 0 marks an unused number, so a hash of 0 is stored as this.
    private const long ZeroHash = 1;

    public required string Key { get; init; }

    /// <summary>The run within which the numbers count, and with which the page is deleted.</summary>
    public required string RunId { get; init; }

    public required byte[] BodyHashes { get; set; }

    /// <summary>The stored hash of a number; null if the number is unused.</summary>
    public long? Find(long number) =>
        BinaryPrimitives.ReadInt64LittleEndian(BodyHashes.AsSpan(PlaceOf(number))) is not 0 and var known ? known : null;

    /// <summary>Stores the hash of a number.</summary>
    public void Add(long number, long bodyHash)
    {
        // EF Core compares arrays by reference, so change a copy.
        var changed = BodyHashes.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(PlaceOf(number)), StoredAs(bodyHash));
        BodyHashes = changed;
    }

    /// <summary>The stored form of a hash, as <see cref="Find"/> returns it.</summary>
    public static long StoredAs(long bodyHash) => bodyHash is 0 ? ZeroHash : bodyHash;

    private static int PlaceOf(long number) => (int)(number % Length) * sizeof(long);
}
