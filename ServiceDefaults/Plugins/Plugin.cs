using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Plugins;

/// <summary>A plugin whose <c>plugin.json</c> is valid. Its assembly is loaded by the process that needs it, if any.</summary>
/// <param name="Folder">The full path of its folder.</param>
/// <param name="Manifest">The content of <c>plugin.json</c>.</param>
public sealed record Plugin(string Folder, PluginManifest Manifest)
{
    /// <summary>The name of the file that describes a plugin.</summary>
    public const string FileName = "plugin.json";

    /// <summary>The plugin's name.</summary>
    public string Name => Manifest.Name;

    /// <summary>The full path of the assembly.</summary>
    public string Assembly => Path.Combine(Folder, Manifest.Assembly);
}

/// <summary>A folder that can't be used as a plugin.</summary>
/// <param name="Folder">The full path of the folder.</param>
/// <param name="Problems">Every reason, by member of <c>plugin.json</c>.</param>
public sealed record PluginFault(string Folder, IReadOnlyList<Problem> Problems)
{
    /// <summary>The reasons in one line.</summary>
    public string Message => string.Join("; ", Problems.Select(problem => $"{problem.Field} {problem.Message}"));
}
