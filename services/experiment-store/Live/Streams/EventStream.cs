using System.Buffers;
using System.Text;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.ExperimentStore.Live.Streams;

/// <summary>Which events a stream sends.</summary>
/// <param name="Runs">Of these runs; of all when null.</param>
/// <param name="Types">Of these types; of all when null.</param>
internal sealed record StreamFilter(IReadOnlySet<string>? Runs, IReadOnlySet<string>? Types)
{
    public bool Passes(StreamedEvent happened) => happened is { RunId: { } run, Type: { } type }
        && (Runs is null || Runs.Contains(run)) && (Types is null || Types.Contains(type));
}

/// <summary>
/// Sends training events as Server-Sent Events. Each has its id; a block with an id alone moves the reader's place past events that its
/// filter leaves out.
/// </summary>
internal sealed class EventStream(
    TrainEventHub hub, IHostApplicationLifetime lifetime, IOptions<LiveOptions> options, TimeProvider time)
{
    private const int ChunkSize = 256;

    private readonly EventReplay replay = hub.Replay;

    /// <summary>Where to begin: after the event the reader has seen, or with what comes now.</summary>
    public StreamPlace PlaceOf(Guid? lastEventId) => lastEventId is { } seen ? replay.After(seen) : replay.End();

    /// <summary>Sends events until the client disconnects, reads too slowly, or the server stops.</summary>
    public async Task WriteAsync(Stream body, StreamPlace place, StreamFilter filter, CancellationToken aborted)
    {
        var text = new ArrayBufferWriter<byte>();
        Append(text, ": training events\nretry: 2000\n\n");
        if (place.IsMissing)
        {
            AppendGap(text);
        }
        AppendPlace(text, place.LastId);
        var (next, lastId, sentAt) = (place.Next, place.LastId, time.GetTimestamp());
        while (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            if (text.WrittenCount > 0)
            {
                await SendAsync(body, text, aborted);
                sentAt = time.GetTimestamp();
            }
            var read = replay.Read(next, ChunkSize);
            if (read.IsMissing)
            {
                AppendGap(text);
            }
            foreach (var happened in read.Events)
            {
                AppendEvent(text, happened, filter);
                (next, lastId) = (happened.Number + 1, happened.IsGap ? lastId : happened.Id);
            }
            var quiet = time.GetElapsedTime(sentAt);
            if (text.WrittenCount == 0 && quiet >= options.Value.HeartbeatEvery)
            {
                Append(text, ": still here\n");
                AppendPlace(text, lastId);
            }
            else if (read.Events.Count == 0 && text.WrittenCount == 0)
            {
                await UntilAsync(read.Changed, options.Value.HeartbeatEvery - quiet, aborted);
            }
        }
    }

    /// <summary>Returns when there is more to send, after a time, or when the server stops.</summary>
    private async Task UntilAsync(Task changed, TimeSpan atMost, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, aborted);
        try
        {
            await changed.WaitAsync(atMost, time, either.Token);
        }
        catch (TimeoutException)
        {
            // A comment is due.
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // The server stops; the client continues at another replica or after the start.
        }
    }

    private static void AppendEvent(ArrayBufferWriter<byte> text, StreamedEvent happened, StreamFilter filter)
    {
        if (happened.IsGap)
        {
            AppendGap(text);
        }
        else if (filter.Passes(happened))
        {
            Append(text, $"id: {happened.Id}\ndata: ");
            // JSON as we write it has no line breaks, which would end the field.
            text.Write(happened.Json);
            Append(text, "\n\n");
        }
    }

    private static void AppendGap(ArrayBufferWriter<byte> text) =>
        Append(text, $"data: {StreamGap.Json}\n\n");

    private static void AppendPlace(ArrayBufferWriter<byte> text, Guid? lastId) =>
        Append(text, lastId is { } id ? $"id: {id}\n\n" : "\n");

    private static void Append(ArrayBufferWriter<byte> text, string part) => Encoding.UTF8.GetBytes(part, text);

    private async Task SendAsync(Stream body, ArrayBufferWriter<byte> text, CancellationToken aborted)
    {
        using var tooSlow = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        tooSlow.CancelAfter(options.Value.SendTimeout);
        await body.WriteAsync(text.WrittenMemory, tooSlow.Token);
        await body.FlushAsync(tooSlow.Token);
        text.ResetWrittenCount();
    }
}
