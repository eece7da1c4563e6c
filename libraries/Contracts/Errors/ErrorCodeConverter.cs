using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Errors;

/// <summary>Writes <see cref="ErrorCode"/> in upper snake case.</summary>
public sealed class ErrorCodeConverter() : JsonStringEnumConverter<ErrorCode>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false);
