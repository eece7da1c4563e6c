namespace Trainyard.Demo;

/// <summary>Trainyard refused a request of the demo, or the training failed.</summary>
/// <param name="message">The error code and message of the answer.</param>
public sealed class DemoException(string message) : Exception(message);
