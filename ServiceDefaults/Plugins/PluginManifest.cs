using Trainyard.Contracts.Training;

namespace Trainyard.ServiceDefaults.Plugins;

/// <summary>The content of a <c>plugin.json</c>.</summary>
public sealed record PluginManifest
{
    /// <summary>The only kind of plugin so far: an assembly with model families.</summary>
    public const string ModelFamilyKind = "model_family";

    /// <summary>The plugin's name, unique among all plugins.</summary>
    public required string Name { get; init; }

    /// <summary>The plugin's version, for logs and the manifests of runs.</summary>
    public required string Version { get; init; }

    /// <summary>What the plugin is for.</summary>
    public string? Description { get; init; }

    /// <summary>What the plugin brings: <see cref="ModelFamilyKind"/>.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>The file name of the assembly, which is in the same folder.</summary>
    public required string Assembly { get; init; }

    /// <summary>The model families, by their name in <c>model_family</c>.</summary>
    public required IReadOnlyDictionary<string, PluginFamily> ModelFamilies { get; init; }
}

/// <summary>A model family of a plugin.</summary>
public sealed record PluginFamily
{
    /// <summary>The full name of its class, which derives from <c>TrainableFamily</c>.</summary>
    public required string Class { get; init; }

    /// <summary>What requests and forms need to know, without the assembly.</summary>
    public required ModelFamilyTraits Traits { get; init; }
}
