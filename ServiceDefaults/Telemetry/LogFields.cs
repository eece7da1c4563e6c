namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>The ids to search logs by. Message templates name them in Pascal case, scopes in snake case.</summary>
internal static class LogFields
{
    public static readonly IReadOnlyList<string> All = ["run_id", "request_id", "error_code"];

    /// <summary>The log field of a value's name; null for other values.</summary>
    public static string? Of(string name) => name switch
    {
        "run_id" or "RunId" => "run_id",
        "request_id" or "RequestId" => "request_id",
        "error_code" or "ErrorCode" => "error_code",
        _ => null,
    };
}
