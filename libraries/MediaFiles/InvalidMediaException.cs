namespace Trainyard.MediaFiles;

/// <summary>Content that breaks a rule. The message completes a sentence that begins with the content's name, such as "must be".</summary>
/// <param name="message">The rule, and what the content has instead.</param>
public sealed class InvalidMediaException(string message) : FormatException(message);
