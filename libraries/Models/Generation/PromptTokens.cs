namespace Trainyard.Models.Generation;

/// <summary>The length of a prompt.</summary>
/// <param name="Count">All its tokens.</param>
/// <param name="Cut">How many of the first ones the model does not read, because the prompt is longer than the model's context.</param>
public sealed record PromptTokens(int Count, int Cut);
