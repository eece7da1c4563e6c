namespace Trainyard.Harness.Processes;

/// <summary>Settings under which a run is taken over a few seconds after its worker died, instead of a minute.</summary>
public static class ShortLease
{
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TRAINER__LEASE_SECONDS"] = "3",
        ["TRAINER__RENEW_SECONDS"] = "1",
        ["RUNS__LEASE_GRACE_SECONDS"] = "2",
        ["RUNS__RECONCILE_EVERY_SECONDS"] = "1",
    };

    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> settings) =>
        new Dictionary<string, string>([.. settings, .. Settings], StringComparer.Ordinal);
}
