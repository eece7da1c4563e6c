using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Deliveries;

/// <summary>Stores what is to be sent. Everything is added in the caller's transaction, once for each channel and key.</summary>
internal sealed class Outbox(IEnumerable<IChannel> channels, IOptions<NotifierOptions> options, TimeProvider clock) : IDisposable
{
    private const string SummaryKey = "summary";

    // Discord limits edits of messages older than an hour.
    private static readonly TimeSpan OldAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan EditOldEvery = TimeSpan.FromSeconds(30);

    private readonly IChannel[] channels = [.. channels];
    private readonly SemaphoreSlim signal = new(0, 1);

    /// <summary>Makes the sender look for due deliveries. Call it after the commit.</summary>
    public void Changed()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // The sender has not looked yet, and will see this change too.
        }
    }

    /// <summary>Waits for a change, at most this long.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => signal.WaitAsync(time, cancellationToken);

    /// <summary>Makes the messages about a run show its newest state.</summary>
    public async Task ShowRunAsync(NotifierContext db, string runId, CancellationToken cancellationToken)
    {
        foreach (var channel in channels.Where(channel => channel.Edits))
        {
            await ShowAsync(db, channel.Kind, DeliveryKind.Run, $"run/{runId}", runId, cancellationToken);
        }
    }

    /// <summary>Makes the summary show the newest state of all runs.</summary>
    public async Task ShowSummaryAsync(NotifierContext db, CancellationToken cancellationToken)
    {
        foreach (var channel in channels.Where(channel => channel.Edits))
        {
            await ShowAsync(db, channel.Kind, DeliveryKind.Summary, SummaryKey, null, cancellationToken);
        }
    }

    /// <summary>Leaves the messages about a run as they are.</summary>
    public static Task StopRunAsync(NotifierContext db, string runId, CancellationToken cancellationToken) => db.Deliveries
        .Where(delivery => delivery.RunId == runId && delivery.DueAt != null)
        .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.DueAt, (DateTimeOffset?)null), cancellationToken);

    public Task MilestoneAsync(NotifierContext db, Milestone milestone, CancellationToken cancellationToken) =>
        AddAsync(db, DeliveryKind.Milestone, milestone.Key, milestone.Run.RunId, milestone, cancellationToken);

    public Task AlertAsync(NotifierContext db, AlertMessage alert, CancellationToken cancellationToken) =>
        AddAsync(db, DeliveryKind.Alert, alert.Key, alert.RunId, alert, cancellationToken);

    /// <summary>Adds a message to every channel that takes it.</summary>
    public async Task AddAsync(
        NotifierContext db, DeliveryKind kind, string key, string? runId, Message message, CancellationToken cancellationToken)
    {
        foreach (var channel in channels.Where(channel => channel.Takes(message)))
        {
            await AddToAsync(db, channel.Kind, kind, key, runId, message, cancellationToken);
        }
    }

    /// <summary>Adds a message to one channel.</summary>
    public Task AddToAsync(
        NotifierContext db, ChannelKind channel, DeliveryKind kind, string key, string? runId, Message message,
        CancellationToken cancellationToken) =>
        db.AddOnceAsync(
            new()
            {
                Id = Identifier.Create("msg"),
                Channel = channel,
                Kind = kind,
                Key = key,
                RunId = runId,
                Content = JsonSerializer.Serialize(message, StoreApi.Json),
                Version = 1,
                CreatedAt = clock.GetUtcNow(),
            },
            cancellationToken);

    /// <summary>When a message may be edited next.</summary>
    public DateTimeOffset NextEdit(Delivery delivery, DateTimeOffset now)
    {
        var every = delivery.FirstSentAt is { } first && now - first > OldAfter ? EditOldEvery : options.Value.EditEvery;
        return delivery.SentAt is { } sent && sent + every > now ? sent + every : now;
    }

    public void Dispose() => signal.Dispose();

    private async Task ShowAsync(
        NotifierContext db, ChannelKind channel, DeliveryKind kind, string key, string? runId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var added = await db.AddOnceAsync(
            new() { Id = Identifier.Create("msg"), Channel = channel, Kind = kind, Key = key, RunId = runId, Version = 1, CreatedAt = now },
            cancellationToken);
        if (added > 0)
        {
            return;
        }
        var delivery = await db.Deliveries.AsNoTracking().SingleAsync(row => row.Channel == channel && row.Key == key, cancellationToken);
        if (delivery.GivenUp)
        {
            return;
        }
        var next = NextEdit(delivery, now);
        await db.Deliveries.Where(row => row.Id == delivery.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Version, row => row.Version + 1).SetProperty(row => row.DueAt, row => row.DueAt ?? next),
            cancellationToken);
    }
}
