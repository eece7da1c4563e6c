namespace Trainyard.Contracts;

/// <summary>Keys and channels in Redis. Every key expires, and what it says can be rebuilt; the database is the truth.</summary>
public static class RedisKeys
{
    /// <summary>The channel on which store replicas tell each other what to push to their WebSocket subscribers.</summary>
    public const string LiveChannel = "live:updates";

    /// <summary>The channel of every alert that fires, as an <see cref="Alerts.AlertFired"/> in JSON.</summary>
    public const string AlertsChannel = "alerts";

    /// <summary>The default channel of <c>trainer.train.*.v1</c> events; <c>EVENTS__CHANNEL</c> changes it.</summary>
    public const string TrainerEventsChannel = "trainer:events";

    /// <summary>Lease and heartbeat of the worker that trains a run: who and since when. Expires.</summary>
    public static string Heartbeat(string runId) => $"runs:hb:{runId}";

    /// <summary>A run's status.</summary>
    public static string Status(string runId) => $"runs:status:{runId}";

    /// <summary>A run's human-readable message.</summary>
    public static string Message(string runId) => $"runs:msg:{runId}";

    /// <summary>Set when a run is to be cancelled; read between steps.</summary>
    public static string Cancelled(string runId) => $"runs:{runId}:cancelled";

    /// <summary>Set when a run is to stop at the next step, with a checkpoint, until it is resumed; read between steps.</summary>
    public static string PauseRequested(string runId) => $"runs:{runId}:pause";

    /// <summary>Set when a run is to write a checkpoint at the next step; the trainer removes it.</summary>
    public static string CheckpointRequested(string runId) => $"runs:{runId}:checkpoint";

    /// <summary>The channel of every event of one run.</summary>
    public static string RunEvents(string runId) => $"runs:{runId}:events";
}
