using SmtpServer.Protocol;
using Trainyard.Harness;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Email;

/// <summary>Mails through a real SMTP server.</summary>
public sealed class EmailTests(RedisServer redis)
{
    [Fact]
    public async Task The_start_and_the_end_of_a_run_are_mailed_as_one_conversation()
    {
        await using var server = new MailServer();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync([.. Mail(server), ("NOTIFIER:PUBLIC_URL", "https://trains.example")]);
        var run = new Events("run-1");
        around.Store.Put("run-1", "running", name: "Straße <b>");

        await notifier.PublishAsync(run.Started(), run.Epoch(1, 2.5), run.Best(1, 2.75));
        around.Store.Put("run-1", "completed", name: "Straße <b>");
        await notifier.PublishAsync(run.Completed());

        await Wait.UntilAsync(() => server.Mails.Count == 2);
        var (first, last) = (server.Mails.First(), server.Mails.Last());
        Assert.Equal("✓ Straße <b>: completed", last.Subject);
        Assert.Equal("<run-run-1@trainyard.invalid>", $"<{Assert.Single(first.References)}>");
        Assert.Equal(first.References, last.References);
        Assert.Equal(["owner@example.org", "team@example.org"], last.To.Mailboxes.Select(address => address.Address));
        Assert.Contains("★     1", last.TextBody, StringComparison.Ordinal);
        Assert.Contains("https://trains.example/runs/run-1", last.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", last.HtmlBody?.Replace("</body>", "", StringComparison.Ordinal) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_server_is_tried_again_and_a_refusal_is_not()
    {
        await using var server = new MailServer();
        server.Answers.Enqueue(new SmtpResponse((SmtpReplyCode)451, "try again later"));
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(Mail(server));
        around.Store.Put("run-1", "running");
        await notifier.PublishAsync(new Events("run-1").Started());
        await Wait.UntilAsync(() => server.Mails.Count == 1);

        server.Answers.Enqueue(new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "no such user"));
        around.Store.Put("run-2", "running");
        await notifier.PublishAsync(new Events("run-2").Started());

        await Wait.UntilAsync(async () => await notifier.DeliveriesAsync("run-2") is [{ GivenUp: true, Failures: 1 }]);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_mailed()
    {
        await using var server = new MailServer();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync([.. Mail(server), ("EMAIL:SEND", "failed")]);
        around.Store.Put("run-1", "completed");
        around.Store.Put("run-2", "failed", errorCode: "DATA_NOT_FOUND");

        await notifier.PublishAsync(new Events("run-1").Started(), new Events("run-1").Completed(), new Events("run-2").Failed("no"));

        await Wait.UntilAsync(() => !server.Mails.IsEmpty);
        Assert.Contains("DATA_NOT_FOUND", Assert.Single(server.Mails).Subject, StringComparison.Ordinal);
    }

    internal static (string, string?)[] Mail(MailServer server) =>
    [
        ("EMAIL:HOST", "localhost"), ("EMAIL:PORT", $"{server.Port}"), ("EMAIL:SECURITY", "none"),
        ("EMAIL:FROM", "Trainyard <trainyard@example.org>"), ("EMAIL:TO", "owner@example.org; team@example.org"),
    ];
}
