using System.Text.Json;

namespace Trainyard.Contracts.Json;

/// <summary>A value that one of the wire's own converters refuses.</summary>
/// <param name="message">What it must be, to follow the name of its member: <c>must be …</c>.</param>
public sealed class WireJsonException(string message) : JsonException(message);
