using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;

namespace Trainyard.EventIngest.Groups;

/// <summary>The message size of a request. A request must fit into one message: split over two, it could be stored in part.</summary>
internal static class MessageSize
{
    /// <summary>Largest factor by which escaping lengthens a character.</summary>
    public const int MaxEscaping = 6;

    /// <summary>Overhead of an event on the bus: ids, time and member names.</summary>
    private const int PerEvent = 300;

    // In the worst case, events travel as base64 of their JSON.
    private const double MaxBase64 = 4 / 3.0;

    /// <summary>
    /// Estimates the message size of events from the size of their body. Too low by at most a factor of <see cref="MaxEscaping"/>.
    /// </summary>
    public static long Estimate(int events, int bytes) => bytes + (long)events * PerEvent;

    /// <exception cref="TrainyardException">PAYLOAD_TOO_LARGE if the message would exceed <paramref name="limit"/>.</exception>
    public static void Require(IReadOnlyList<RunEvent> events, long estimate, int limit)
    {
        // Measuring costs as much as sending, so measure only if the estimate may exceed the limit.
        if (estimate > limit / MaxEscaping && Measure(events) * MaxBase64 > limit)
        {
            throw new TrainyardException(
                ErrorCode.PayloadTooLarge,
                $"The events make a message of more than {limit} bytes (INGEST__MAX_MESSAGE_BYTES). Send them in several requests.");
        }
    }

    private static long Measure(IReadOnlyList<RunEvent> events) => events.Sum(sent => sent is MediaLogged { Content: { } bytes } media
        ? Measure(media with { Content = null }) + bytes.Length
        : Measure(sent));

    private static long Measure(RunEvent runEvent) => JsonSerializer.SerializeToUtf8Bytes(runEvent, WireJson.Options).Length;
}
