using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Email;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Runs;

/// <summary>The regular messages: a summary of the running runs, edited in place, and the daily digest by mail.</summary>
internal sealed class Summaries(
    RunBook book, Outbox outbox, NotifierContexts contexts, SchemaMigration schema, IOptions<EmailOptions> email,
    IOptions<NotifierOptions> options, TimeProvider clock, ILogger<Summaries> logger)
    : BackgroundService
{
    private const int MaxLines = 50;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    private DateTimeOffset nextSummary = DateTimeOffset.MinValue;
    private DateTimeOffset? nextDigest;
    private bool showedRuns;

    /// <summary>Adds what is due.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.Open();
        if (options.Value.SummaryEvery > TimeSpan.Zero && now >= nextSummary)
        {
            nextSummary = now + options.Value.SummaryEvery;
            await SummariseAsync(db, cancellationToken);
        }
        if (email.Value is { IsSet: true, Digest: { } time })
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);
            if (now >= nextDigest)
            {
                await DigestAsync(db, now, cancellationToken);
            }
            nextDigest = QuietHours.NextTime(now, time, zone);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.CompletedAsync(stoppingToken);
        using var timer = new PeriodicTimer(BetweenLooks, clock);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "A summary could not be prepared. It is tried again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Edits the summary while runs train, and once after the last one has ended.</summary>
    private async Task SummariseAsync(NotifierContext db, CancellationToken cancellationToken)
    {
        var running = await book.WatchedAsync(cancellationToken);
        if (running.Count > 0 || showedRuns)
        {
            await outbox.ShowSummaryAsync(db, cancellationToken);
            outbox.Changed();
        }
        showedRuns = running.Count > 0;
    }

    private async Task DigestAsync(NotifierContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dayAgo = now - TimeSpan.FromDays(1);
        var changed = await db.Runs.AsNoTracking().Where(run => run.UpdatedAt >= dayAgo && !run.Muted)
            .OrderByDescending(run => run.UpdatedAt).ToListAsync(cancellationToken);
        if (changed.Count == 0)
        {
            return;
        }
        var lines = changed.Take(MaxLines).Select(run => RunText.Line(MessageReader.ProgressOf(run))).ToList();
        await outbox.AddToAsync(
            db, ChannelKind.Email, DeliveryKind.Digest, $"daily/{now:yyyy-MM-dd}", null,
            new DigestMessage($"Trainyard: {changed.Count} run{(changed.Count == 1 ? "" : "s")} in the last 24 hours", lines,
                changed.Count - lines.Count),
            cancellationToken);
        outbox.Changed();
    }
}
