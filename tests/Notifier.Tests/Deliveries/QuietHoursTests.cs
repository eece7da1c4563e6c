using Microsoft.Extensions.Time.Testing;
using Trainyard.Harness;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Storage;
using Trainyard.Notifier.Tests.Email;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Deliveries;

public sealed class QuietHoursTests(RedisServer redis)
{
    private static readonly DateTimeOffset Evening = new(2026, 3, 4, 21, 59, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("22:00-07:00", "2026-03-04T21:59:59Z", null)]
    [InlineData("22:00-07:00", "2026-03-04T22:00:00Z", "2026-03-05T07:00:00Z")]
    [InlineData("22:00-07:00", "2026-03-05T06:59:59Z", "2026-03-05T07:00:00Z")]
    [InlineData("22:00-07:00", "2026-03-05T07:00:00Z", null)]
    [InlineData("12:00-13:30", "2026-03-05T13:00:00Z", "2026-03-05T13:30:00Z")]
    public void Their_end_is_the_next_one(string hours, string time, string? end) => Assert.Equal(
        end is null ? null : DateTimeOffset.Parse(end),
        QuietHours.Parse(hours, "UTC")?.EndAfter(DateTimeOffset.Parse(time)));

    [Theory, InlineData("22-7"), InlineData("22:00"), InlineData("25:00-07:00"), InlineData("07:00-07:00"), InlineData("")]
    public void What_is_no_time_of_day_is_refused(string hours) => Assert.Null(QuietHours.Parse(hours, "UTC"));

    [Fact]
    public async Task New_messages_wait_for_their_end_and_many_become_one()
    {
        await using var server = new MailServer();
        await using var around = await Surroundings.CreateAsync(redis);
        var clock = new FakeTimeProvider(Evening.AddHours(1));
        await using var notifier = await around.StartAsync(
            clock, [.. EmailTests.Mail(server), ("NOTIFIER:QUIET_HOURS", "22:00-07:00"), ("NOTIFIER:CATCH_UP_SECONDS", "3600")]);
        var sender = notifier.Get<Sender>();
        await notifier.Get<SchemaMigration>().CompletedAsync(TestContext.Current.CancellationToken);
        await AddAsync(notifier, "run-1", "run-2", "run-3", "run-4", "run-5");
        await sender.SendDueAsync(TestContext.Current.CancellationToken);
        Assert.Empty(server.Mails);

        clock.SetUtcNow(new(2026, 3, 5, 7, 0, 1, TimeSpan.Zero));
        await Wait.UntilAsync(async () =>
        {
            await sender.SendDueAsync(TestContext.Current.CancellationToken);
            return !server.Mails.IsEmpty;
        });

        var mail = Assert.Single(server.Mails);
        Assert.Equal("5 messages from the quiet hours", mail.Subject);
        Assert.Contains("run-5: completed", mail.TextBody, StringComparison.Ordinal);
        Assert.All(await notifier.DeliveriesAsync(), delivery => Assert.Null(delivery.DueAt));
    }

    [Fact]
    public async Task Few_messages_come_one_by_one()
    {
        await using var server = new MailServer();
        await using var around = await Surroundings.CreateAsync(redis);
        var clock = new FakeTimeProvider(Evening.AddHours(1));
        await using var notifier = await around.StartAsync(
            clock, [.. EmailTests.Mail(server), ("NOTIFIER:QUIET_HOURS", "22:00-07:00"), ("NOTIFIER:CATCH_UP_SECONDS", "3600")]);
        await notifier.Get<SchemaMigration>().CompletedAsync(TestContext.Current.CancellationToken);
        await AddAsync(notifier, "run-1", "run-1");
        await notifier.Get<Sender>().SendDueAsync(TestContext.Current.CancellationToken);

        clock.SetUtcNow(new(2026, 3, 5, 7, 0, 1, TimeSpan.Zero));
        await Wait.UntilAsync(async () =>
        {
            await notifier.Get<Sender>().SendDueAsync(TestContext.Current.CancellationToken);
            return !server.Mails.IsEmpty;
        });

        Assert.Equal("✓ run-1: completed", Assert.Single(server.Mails).Subject);
    }

    [Fact]
    public async Task A_digest_is_mailed_once_a_day_when_something_happened()
    {
        await using var server = new MailServer();
        await using var around = await Surroundings.CreateAsync(redis);
        var clock = new FakeTimeProvider(new(2026, 3, 4, 7, 59, 50, TimeSpan.Zero));
        await using var notifier = await around.StartAsync(
            clock, [.. EmailTests.Mail(server), ("EMAIL:SEND", ""), ("EMAIL:DIGEST_AT", "08:00"), ("NOTIFIER:CATCH_UP_SECONDS", "3600")]);
        await notifier.Get<SchemaMigration>().CompletedAsync(TestContext.Current.CancellationToken);
        var book = notifier.Get<RunBook>();
        await book.ApplyAsync(new Events("run-1").Completed(), TestContext.Current.CancellationToken);
        await book.SaveAsync(TestContext.Current.CancellationToken);
        var summaries = notifier.Get<Summaries>();
        await summaries.LookAsync(TestContext.Current.CancellationToken);

        foreach (var day in (int[])[4, 4, 5, 6])
        {
            clock.SetUtcNow(new(2026, 3, day, 8, 0, 1, TimeSpan.Zero));
            await summaries.LookAsync(TestContext.Current.CancellationToken);
            await notifier.Get<Sender>().SendDueAsync(TestContext.Current.CancellationToken);
        }

        await Wait.UntilAsync(() => !server.Mails.IsEmpty);
        var mail = Assert.Single(server.Mails);
        Assert.Equal("Trainyard: 1 run in the last 24 hours", mail.Subject);
    }

    private static async Task AddAsync(NotifierHost notifier, params string[] runIds)
    {
        await using var db = notifier.Get<NotifierContexts>().Open();
        foreach (var runId in runIds)
        {
            var ended = new RunProgress { RunId = runId }.After(new Events(runId).Completed());
            await notifier.Get<Outbox>().MilestoneAsync(db, new(ended, Ended: true), TestContext.Current.CancellationToken);
        }
    }
}
