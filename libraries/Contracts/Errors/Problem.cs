namespace Trainyard.Contracts.Errors;

/// <summary>One thing wrong with a request.</summary>
/// <param name="Field">The member at fault, in its wire form: <c>learning_rate</c>, <c>events[3].metadata.step</c>.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
public sealed record Problem(string Field, string Message);
