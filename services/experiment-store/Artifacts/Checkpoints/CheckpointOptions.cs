using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

internal sealed class CheckpointOptions : IValidatableObject
{
    public const string Section = "CHECKPOINTS";

    /// <summary>Folders outside the artifacts folder that may contain registered checkpoints, separated by <c>;</c>.</summary>
    [ConfigurationKeyName("ROOTS")]
    public string Roots { get; init; } = "";

    /// <summary>Maximum size of files that are hashed during registration. Larger ones are hashed in the background.</summary>
    [ConfigurationKeyName("HASH_AT_ONCE_BYTES")]
    [Range(0, 1L << 40, ErrorMessage = "CHECKPOINTS__HASH_AT_ONCE_BYTES must be from {1} to {2}.")]
    public long HashAtOnceBytes { get; init; } = 256 << 20;

    public IEnumerable<string> RootFolders => Roots.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => RootFolders
        .Where(root => !Path.IsPathFullyQualified(root))
        .Select(root => new ValidationResult($"CHECKPOINTS__ROOTS must contain absolute paths of folders, not '{root}'."));
}
