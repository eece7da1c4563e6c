using System.ComponentModel.DataAnnotations;

namespace Trainyard.TokenizerService;

internal sealed class TokenizerOptions
{
    public const string Section = "TOKENIZERS";

    /// <summary>Maximum number of tokenizers waiting to be trained.</summary>
    [ConfigurationKeyName("QUEUE_LIMIT")]
    [Range(1, 100_000, ErrorMessage = "TOKENIZERS__QUEUE_LIMIT must be from 1 to 100000.")]
    public int QueueLimit { get; init; } = 100;

    /// <summary>Number of tokenizers cached for encoding and decoding.</summary>
    [ConfigurationKeyName("CACHE_SIZE")]
    [Range(1, 1000, ErrorMessage = "TOKENIZERS__CACHE_SIZE must be from 1 to 1000.")]
    public int CacheSize { get; init; } = 8;

    /// <summary>Maximum text size of an encode request, in UTF-8 bytes.</summary>
    [ConfigurationKeyName("MAX_TEXT_BYTES")]
    [Range(1, 16_000_000, ErrorMessage = "TOKENIZERS__MAX_TEXT_BYTES must be from 1 to 16000000.")]
    public int MaxTextBytes { get; init; } = 1_000_000;

    /// <summary>Maximum number of ids in a decode request.</summary>
    [ConfigurationKeyName("MAX_IDS")]
    [Range(1, 4_000_000, ErrorMessage = "TOKENIZERS__MAX_IDS must be from 1 to 4000000.")]
    public int MaxIds { get; init; } = 250_000;
}
