namespace Trainyard.Notifier.Deliveries;

/// <summary>Where a message goes.</summary>
internal enum ChannelKind
{
    /// <summary>A direct message of a Discord bot.</summary>
    Discord,

    /// <summary>A message of a Discord webhook.</summary>
    DiscordWebhook,

    /// <summary>A message of a Slack app.</summary>
    Slack,

    /// <summary>A message of a Slack webhook.</summary>
    SlackWebhook,

    /// <summary>A mail.</summary>
    Email,

    /// <summary>A signed request to another program.</summary>
    Webhook,
}

/// <summary>What a message is about.</summary>
internal enum DeliveryKind
{
    /// <summary>One run, edited in place.</summary>
    Run,

    /// <summary>All running runs, edited in place.</summary>
    Summary,

    /// <summary>The start or the end of an attempt, sent once.</summary>
    Milestone,

    /// <summary>An alert, sent once.</summary>
    Alert,

    /// <summary>Several events in one message.</summary>
    Digest,

    /// <summary>A test that a person asked for.</summary>
    Test,
}
