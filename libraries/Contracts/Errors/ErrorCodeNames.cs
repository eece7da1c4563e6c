using System.Text.Json;

namespace Trainyard.Contracts.Errors;

/// <summary>Error codes as text.</summary>
public static class ErrorCodeNames
{
    /// <summary>The code as responses and logs write it, such as <c>CONFIG_INVALID</c>.</summary>
    public static string WireName(this ErrorCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());
}
