using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Trainyard.ServiceDefaults.Paths;

public sealed class PathOptions : IValidatableObject
{
    public const string Section = "APP";

    /// <summary>The folder of everything Trainyard writes.</summary>
    [ConfigurationKeyName("DATA_ROOT")]
    [Required(ErrorMessage = "APP__DATA_ROOT must name a folder.")]
    public string DataRoot { get; init; } = "./data";

    /// <summary>The folder of tokenizers and models; <c>artifacts</c> below the data root when unset.</summary>
    [ConfigurationKeyName("ARTIFACTS_ROOT")]
    public string? ArtifactsRoot { get; init; }

    /// <summary>The folder that corpora must be in; the working directory when unset.</summary>
    [ConfigurationKeyName("CORPUS_ROOT")]
    public string? CorpusRoot { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CorpusRoot is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            yield return new($"APP__CORPUS_ROOT: there is no folder '{folder}'. Create it, or name the folder that holds your text.");
        }
    }
}
