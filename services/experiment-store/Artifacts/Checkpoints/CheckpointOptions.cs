using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

internal sealed class CheckpointOptions : IValidatableObject
{
    public const string Section = "CHECKPOINTS";

    /// <summary>Folders besides the artifacts where registered checkpoints may lie, with <c>;</c> between them.</summary>
    [ConfigurationKeyName("ROOTS")]
    public string Roots { get; init; } = "";

    /// <summary>Up to which size a file is hashed before its registration is answered; larger ones are hashed afterwards.</summary>
    [ConfigurationKeyName("HASH_AT_ONCE_BYTES")]
    [Range(0, 1L << 40, ErrorMessage = "CHECKPOINTS__HASH_AT_ONCE_BYTES must be from {1} to {2}.")]
    public long HashAtOnceBytes { get; init; } = 256 << 20;

    public IEnumerable<string> RootFolders => Roots.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => RootFolders
        .Where(root => !Path.IsPathFullyQualified(root))
        .Select(root => new ValidationResult($"CHECKPOINTS__ROOTS must name folders by their full paths, not '{root}'."));
}
