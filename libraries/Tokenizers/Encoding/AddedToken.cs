namespace Trainyard.Tokenizers;

/// <summary>A token that text is searched for before it is split into words. The flags are those of <c>tokenizer.json</c>.</summary>
internal sealed record AddedToken(int Id, string Text, bool IsSpecial)
{
    /// <summary>Found in the normalized text, after the tokens without this flag, and decoded to its normalized spelling.</summary>
    public bool Normalized { get; init; }

    /// <summary>Takes the white space before it.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Takes the white space after it.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Found only where no letter, number or the like stands next to it.</summary>
    public bool SingleWord { get; init; }
}
