using System.Buffers.Binary;

namespace Trainyard.ExperimentStore.Events;

/// <summary>A request's key, an event's id or a batch, kept for a week so that its repetition changes nothing.</summary>
internal sealed class RememberedKey
{
    public required string Key { get; init; }

    /// <summary>The run whose data it stands for, with which it goes; empty when there are several.</summary>
    public required string RunId { get; init; }

    /// <summary>The body stored under it.</summary>
    public required long BodyHash { get; init; }

    public required DateTimeOffset StoredAt { get; init; }
}

/// <summary>
/// Some requests of a client that counts them: the body's hash of each of <see cref="Length"/> numbers in a row, kept until their run is
/// removed. Numbers far apart take a row each; none counts as seen that was not.
/// </summary>
internal sealed class SequencePage
{
    /// <summary>How many numbers a page holds.</summary>
    public const int Length = 32;

    /// <summary>A page without numbers.</summary>
    public static readonly byte[] Empty = new byte[Length * sizeof(long)];

    // A hash of 0 marks a number not seen.
    private const long InsteadOfZero = 1;

    public required string Key { get; init; }

    /// <summary>The run whose data the requests held, with which the page goes; empty when there are several.</summary>
    public required string RunId { get; init; }

    public required byte[] BodyHashes { get; set; }

    /// <summary>The hash stored for a number; null when there is none, and then this one is.</summary>
    public long? GetOrAdd(long number, long bodyHash)
    {
        var place = (int)(number % Length) * sizeof(long);
        if (BinaryPrimitives.ReadInt64LittleEndian(BodyHashes.AsSpan(place)) is not 0 and var known)
        {
            return known;
        }
        // A changed array of the same identity is no change to the database's context.
        var changed = BodyHashes.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(place), StoredAs(bodyHash));
        BodyHashes = changed;
        return null;
    }

    /// <summary>The form in which <see cref="GetOrAdd"/> returns a hash.</summary>
    public static long StoredAs(long bodyHash) => bodyHash is 0 ? InsteadOfZero : bodyHash;
}
