using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Email;

/// <summary>Mails about milestones, alerts and digests.</summary>
internal sealed class Mailbox(IOptions<EmailOptions> options, IOptions<NotifierOptions> notifier, TimeProvider clock) : IChannel
{
    private readonly EmailOptions options = options.Value;

    public ChannelKind Kind => ChannelKind.Email;

    public string Target => $"{options.Recipients.Count} recipient{(options.Recipients.Count == 1 ? "" : "s")} through {options.Host}";

    public bool Edits => false;

    public bool Takes(Message message) => message switch
    {
        Milestone { Ended: false } => options.Sends(EmailOptions.Started),
        Milestone { Run.Status: RunStatus.Failed } => options.Sends(EmailOptions.Failed),
        Milestone => options.Sends(EmailOptions.Finished),
        AlertMessage => options.Sends(EmailOptions.Alerts),
        _ => message is TestMessage or DigestMessage,
    };

    public async Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken)
    {
        using var mail = MailFormat.Of(deliveryId, message, options, notifier.Value.PublicUrl, clock.GetUtcNow());
        using var client = new SmtpClient { Timeout = (int)notifier.Value.Timeout.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(options.Host ?? "", options.Port, Security(), cancellationToken);
            if (options.User is { Length: > 0 } user)
            {
                await client.AuthenticateAsync(user, options.Password ?? "", cancellationToken);
            }
            await client.SendAsync(mail, cancellationToken);
        }
        catch (SmtpCommandException refused)
        {
            var status = (int)refused.StatusCode;
            return status is >= 500 and < 600
                ? Outcome.RefusedFor($"the mail server refused the mail ({status})")
                : Outcome.FailedFor($"the mail server answered {status}");
        }
        catch (AuthenticationException)
        {
            return Outcome.RefusedFor("the mail server refuses EMAIL__USER or EMAIL__PASSWORD");
        }
        catch (SslHandshakeException)
        {
            return Outcome.RefusedFor("the mail server's certificate is not trusted, or it does not speak TLS on EMAIL__PORT");
        }
        catch (NotSupportedException)
        {
            return Outcome.RefusedFor("the mail server offers neither STARTTLS nor a log-in that is supported; see EMAIL__SECURITY");
        }
        catch (ServiceNotConnectedException)
        {
            return Outcome.FailedFor("the mail server closed the connection");
        }
        await QuitAsync(client, cancellationToken);
        return Outcome.Delivered(null);
    }

    /// <summary>Says goodbye. The mail is accepted already, so a failure changes nothing.</summary>
    private static async Task QuitAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SmtpCommandException or SmtpProtocolException)
        {
            return;
        }
    }

    private SecureSocketOptions Security() => options.Security switch
    {
        MailSecurity.None => SecureSocketOptions.None,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.Auto when options.Port == 465 => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };
}
