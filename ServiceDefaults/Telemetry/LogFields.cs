namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>The ids a log line is found by. A message template names one in Pascal case, a scope in the wire's form.</summary>
internal static class LogFields
{
    public static readonly IReadOnlyList<string> All = ["run_id", "request_id", "error_code"];

    /// <summary>The field that a value of this name belongs to; null for other values.</summary>
    public static string? Of(string name) => name switch
    {
        "run_id" or "RunId" => "run_id",
        "request_id" or "RequestId" => "request_id",
        "error_code" or "ErrorCode" => "error_code",
        _ => null,
    };
}
