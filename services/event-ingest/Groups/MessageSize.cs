using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;

namespace Trainyard.EventIngest.Groups;

/// <summary>How large a request is as a message. It must fit into one: split over two, it could be half stored.</summary>
internal static class MessageSize
{
    /// <summary>How much longer a character may get when it is escaped.</summary>
    public const int MaxEscaping = 6;

    /// <summary>What an event carries on the bus beside what its sender wrote: ids, time, names of members.</summary>
    private const int PerEvent = 300;

    // Events travel as base64 of their JSON at most.
    private const double MaxBase64 = 4 / 3.0;

    /// <summary>About the size, in bytes, of events that arrived in so many bytes; off by at most <see cref="MaxEscaping"/> times.</summary>
    public static long Estimate(int events, int bytes) => bytes + (long)events * PerEvent;

    /// <exception cref="TrainyardException">PAYLOAD_TOO_LARGE when the message would be larger than <paramref name="limit"/>.</exception>
    public static void Require(IReadOnlyList<RunEvent> events, long estimate, int limit)
    {
        // Measuring costs as much as sending, so only what may be too large is measured.
        if (estimate > limit / MaxEscaping && events.Sum(one => (long)JsonSerializer.SerializeToUtf8Bytes(one, WireJson.Options).Length) * MaxBase64 > limit)
        {
            throw new TrainyardException(
                ErrorCode.PayloadTooLarge, $"The events make a message of more than {limit} bytes (INGEST__MAX_MESSAGE_BYTES). Send them in parts.");
        }
    }
}
