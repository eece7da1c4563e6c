namespace Trainyard.Tokenizers;

/// <summary>The special tokens that a <c>tokenizer.json</c> puts around a text: a <c>TemplateProcessing</c> of one sequence.</summary>
internal sealed record TextTemplate(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    public static TextTemplate None { get; } = new([], []);

    public bool IsNone => Before.Count == 0 && After.Count == 0;
}
