using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Live;

internal sealed class LiveOptions
{
    public const string Section = "LIVE";

    /// <summary>Interval between pings of a WebSocket client. A client that is silent for two intervals is disconnected.</summary>
    [ConfigurationKeyName("PING_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ErrorMessage = "LIVE__PING_SECONDS must be from 0.1 to 3600.")]
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Messages that may be queued for a subscriber, after merging metric updates. Beyond that it is disconnected.</summary>
    [ConfigurationKeyName("MAX_PENDING")]
    [Range(16, 1_000_000, ErrorMessage = "LIVE__MAX_PENDING must be from 16 to 1000000.")]
    public int MaxPending { get; init; } = 1024;

    /// <summary>Bytes that may be queued for a subscriber. Beyond that it is disconnected.</summary>
    [ConfigurationKeyName("MAX_PENDING_BYTES")]
    [Range(1 << 16, 1 << 30, ErrorMessage = "LIVE__MAX_PENDING_BYTES must be from 65536 to 1073741824.")]
    public int MaxPendingBytes { get; init; } = 8 << 20;

    /// <summary>How long a subscriber may take to receive one message. Beyond that it is disconnected.</summary>
    [ConfigurationKeyName("SEND_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ErrorMessage = "LIVE__SEND_SECONDS must be from 0.1 to 3600.")]
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long until an idle event stream sends a comment, so that proxies keep it open.</summary>
    [ConfigurationKeyName("HEARTBEAT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ErrorMessage = "LIVE__HEARTBEAT_SECONDS must be from 0.1 to 3600.")]
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Training events kept for streams that continue.</summary>
    [ConfigurationKeyName("REPLAY_EVENTS")]
    [Range(1, 1_000_000, ErrorMessage = "LIVE__REPLAY_EVENTS must be from 1 to 1000000.")]
    public int ReplayEvents { get; init; } = 10_000;

    /// <summary>Bytes of training events kept for streams that continue.</summary>
    [ConfigurationKeyName("REPLAY_BYTES")]
    [Range(1 << 12, 1 << 30, ErrorMessage = "LIVE__REPLAY_BYTES must be from 4096 to 1073741824.")]
    public int ReplayBytes { get; init; } = 16 << 20;

    /// <summary>Event streams that may be open at this instance.</summary>
    [ConfigurationKeyName("MAX_STREAMS")]
    [Range(1, 100_000, ErrorMessage = "LIVE__MAX_STREAMS must be from 1 to 100000.")]
    public int MaxStreams { get; init; } = 256;

    /// <summary>Event streams that one API key may have open at this instance; without keys, all callers together.</summary>
    [ConfigurationKeyName("MAX_STREAMS_PER_KEY")]
    [Range(1, 100_000, ErrorMessage = "LIVE__MAX_STREAMS_PER_KEY must be from 1 to 100000.")]
    public int MaxStreamsPerKey { get; init; } = 64;
}
