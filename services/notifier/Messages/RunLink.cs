namespace Trainyard.Notifier.Messages;

/// <summary>The address of a run's page.</summary>
internal static class RunLink
{
    /// <returns>Null without a public address or a run.</returns>
    public static string? Of(string? publicUrl, string? runId) => publicUrl is { Length: > 0 } && runId is { Length: > 0 }
        ? $"{publicUrl.TrimEnd('/')}/runs/{Uri.EscapeDataString(runId)}"
        : null;
}
