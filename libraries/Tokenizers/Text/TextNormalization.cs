namespace Trainyard.Tokenizers;

/// <summary>The Unicode normalization form a tokenizer applies to text before splitting it.</summary>
public enum TextNormalization
{
    /// <summary>Text is used as it is, byte for byte.</summary>
    None,

    /// <summary>Canonical composition (NFC).</summary>
    Nfc,

    /// <summary>Compatibility composition (NFKC): also folds ligatures, full-width forms and the like.</summary>
    Nfkc,
}
