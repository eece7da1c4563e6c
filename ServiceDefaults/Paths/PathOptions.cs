using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Trainyard.FilePaths;
using Trainyard.ServiceDefaults.Plugins;

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

    /// <summary>The folder of the plugins; <c>plugins</c> beside the data root when unset.</summary>
    [ConfigurationKeyName("PLUGINS_ROOT")]
    public string? PluginsRoot { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CorpusRoot is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            yield return new($"APP__CORPUS_ROOT: there is no folder '{folder}'. Create it, or name the folder that holds your text.");
        }
        if (PluginsRoot is { Length: > 0 } plugins && !Directory.Exists(plugins))
        {
            yield return new($"APP__PLUGINS_ROOT: there is no folder '{plugins}'. Create it, or leave the setting out.");
        }
        if (DataRoot.Length > 0 && Directory.Exists(ResolvePlugins())
            && ContainedPath.IsReallyWithin(ResolveArtifacts(), ResolvePlugins()))
        {
            yield return new($"APP__PLUGINS_ROOT: '{ResolvePlugins()}' {PluginFolder.InArtifacts}");
        }
    }

    internal string ResolveArtifacts() =>
        Path.GetFullPath(ArtifactsRoot is { Length: > 0 } chosen ? chosen : Path.Combine(DataRoot, "artifacts"));

    internal string ResolvePlugins() => Path.GetFullPath(
        PluginsRoot is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(DataRoot))) ?? ".", "plugins"));
}
