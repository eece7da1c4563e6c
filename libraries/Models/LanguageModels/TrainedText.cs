using Trainyard.Models.Runs;
using Trainyard.Tokenizers;

namespace Trainyard.Models.LanguageModels;

/// <summary>What a run knows of the text that its language model learns.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Prompts">What each evaluation continues; an empty one begins a new document.</param>
/// <param name="Config">The text of the model's <c>config.json</c>.</param>
/// <param name="Data">The text, for the manifest.</param>
internal sealed record TrainedText(BpeTokenizer Tokenizer, IReadOnlyList<string> Prompts, string Config, DataDescription Data);
