namespace Trainyard.Tokenizers;

/// <summary>A <c>tokenizer.json</c> that is broken or describes a tokenizer of another kind; the message says what.</summary>
public sealed class TokenizerFormatException(string message, Exception? inner = null) : FormatException(message, inner);
