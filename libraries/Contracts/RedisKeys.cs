namespace Trainyard.Contracts;

/// <summary>Keys and channels in Redis. Every key expires and can be rebuilt; the database is the source of truth.</summary>
public static class RedisKeys
{
    /// <summary>The channel on which store replicas exchange updates for their WebSocket subscribers.</summary>
    public const string LiveChannel = "live:updates";

    /// <summary>The channel of every alert that fires, as an <see cref="Alerts.AlertFired"/> in JSON.</summary>
    public const string AlertsChannel = "alerts";

    /// <summary>The channel on which store replicas learn that the alert rules have changed. Its messages are empty.</summary>
    public const string AlertRulesChannel = "alerts:rules";

    /// <summary>The default channel of <c>trainer.train.*.v1</c> events; <c>EVENTS__CHANNEL</c> changes it.</summary>
    public const string TrainerEventsChannel = "trainer:events";

    /// <summary>The default channel of the events of another group than <c>trainer</c>, such as <c>digits.train.*.v1</c>.</summary>
    public static string EventsChannel(string eventGroup) => $"{eventGroup}:events";

    /// <summary>Lease and heartbeat of the worker that trains a run: the worker, and since when. Expires.</summary>
    public static string Heartbeat(string runId) => $"runs:hb:{runId}";

    /// <summary>The set of ids of runs that the owner watches. It does not expire; the notifier restores it from its database.</summary>
    public const string Watching = "discord:watching";

    /// <summary>A run's status.</summary>
    public static string Status(string runId) => $"runs:status:{runId}";

    /// <summary>A run's human-readable message.</summary>
    public static string Message(string runId) => $"runs:msg:{runId}";

    /// <summary>Set to cancel a run; polled between steps.</summary>
    public static string Cancelled(string runId) => $"runs:{runId}:cancelled";

    /// <summary>Set to pause a run at the next step, with a checkpoint; polled between steps.</summary>
    public static string PauseRequested(string runId) => $"runs:{runId}:pause";

    /// <summary>Set to make a run save a checkpoint at the next step; the trainer removes it.</summary>
    public static string CheckpointRequested(string runId) => $"runs:{runId}:checkpoint";

    /// <summary>The channel of every event of one run.</summary>
    public static string RunEvents(string runId) => $"runs:{runId}:events";
}
