using System.ComponentModel.DataAnnotations;
using MimeKit;
using Trainyard.Notifier.Deliveries;

namespace Trainyard.Notifier.Email;

/// <summary>How a connection to the mail server is encrypted.</summary>
internal enum MailSecurity
{
    /// <summary>TLS on port 465, STARTTLS on any other.</summary>
    Auto,

    StartTls,

    Tls,

    /// <summary>No encryption, for a server on the same machine.</summary>
    None,
}

internal sealed class EmailOptions : IValidatableObject
{
    public const string Section = "EMAIL";

    /// <summary>Words of <see cref="Send"/>.</summary>
    public const string Started = "started";
    public const string Finished = "finished";
    public const string Failed = "failed";
    public const string Alerts = "alerts";

    private const int MaxRecipients = 20;
    private static readonly string[] Words = [Started, Finished, Failed, Alerts];

    /// <summary>The mail server.</summary>
    [ConfigurationKeyName("HOST")]
    public string? Host { get; init; }

    [ConfigurationKeyName("PORT")]
    [Range(1, 65_535, ErrorMessage = "EMAIL__PORT must be from 1 to 65535.")]
    public int Port { get; init; } = 587;

    [ConfigurationKeyName("SECURITY")]
    [EnumDataType(typeof(MailSecurity), ErrorMessage = "EMAIL__SECURITY must be auto, starttls, tls or none.")]
    public MailSecurity Security { get; init; } = MailSecurity.Auto;

    [ConfigurationKeyName("USER")]
    public string? User { get; init; }

    [ConfigurationKeyName("PASSWORD")]
    public string? Password { get; init; }

    [ConfigurationKeyName("FROM")]
    public string? From { get; init; }

    /// <summary>Recipients, separated by semicolons.</summary>
    [ConfigurationKeyName("TO")]
    public string? To { get; init; }

    /// <summary>What mails are sent about, separated by semicolons.</summary>
    [ConfigurationKeyName("SEND")]
    public string Send { get; init; } = $"{Started};{Finished};{Failed};{Alerts}";

    /// <summary>The time of day of a daily digest, such as <c>08:00</c>; none when unset.</summary>
    [ConfigurationKeyName("DIGEST_AT")]
    public string? DigestAt { get; init; }

    public bool IsSet => Host is { Length: > 0 };

    public IReadOnlyList<MailboxAddress> Recipients =>
        [.. Split(To).Select(text => MailboxAddress.TryParse(text, out var address) ? address : null).OfType<MailboxAddress>()];

    public MailboxAddress Sender =>
        MailboxAddress.TryParse(From ?? "", out var address) ? address : new MailboxAddress("Trainyard", "trainyard@localhost");

    /// <summary>When the digest is due each day; null for none.</summary>
    public TimeOnly? Digest => QuietHours.TryParse(DigestAt, out var time) ? time : null;

    public bool Sends(string word) => Split(Send).Contains(word, StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsSet)
        {
            yield break;
        }
        if (!MailboxAddress.TryParse(From ?? "", out _))
        {
            yield return new("EMAIL__FROM must be the address that mails come from, such as Trainyard <trainyard@example.org>.");
        }
        if (Split(To) is not { Length: > 0 and <= MaxRecipients } addresses || Recipients.Count != addresses.Length)
        {
            yield return new($"EMAIL__TO must be 1 to {MaxRecipients} addresses, separated by semicolons.");
        }
        if (Password is { Length: > 0 } && User is not { Length: > 0 })
        {
            yield return new("EMAIL__USER must be set with EMAIL__PASSWORD.");
        }
        if (User is { Length: > 0 } && Security is MailSecurity.None && Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            yield return new("EMAIL__SECURITY must not be none with EMAIL__USER: the password would cross the network unencrypted.");
        }
        foreach (var word in Split(Send).Where(word => !Words.Contains(word, StringComparer.OrdinalIgnoreCase)))
        {
            yield return new($"EMAIL__SEND: '{word}' must be one of {string.Join(", ", Words)}.");
        }
        if (DigestAt is { Length: > 0 } && Digest is null)
        {
            yield return new($"EMAIL__DIGEST_AT must be a time of day such as 08:00, not '{DigestAt}'.");
        }
    }

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
