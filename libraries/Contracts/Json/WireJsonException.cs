using System.Text.Json;

namespace Trainyard.Contracts.Json;

/// <summary>A value that one of our converters rejects.</summary>
/// <param name="message">The rule, to follow the name of the member: <c>must be …</c>.</param>
public sealed class WireJsonException(string message) : JsonException(message);
