using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.FilePaths;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ServiceDefaults.Plugins;

/// <summary>The plugins below <c>APP__PLUGINS_ROOT</c>: each is a folder with a <c>plugin.json</c>.</summary>
/// <param name="Plugins">Those that can be used.</param>
/// <param name="Faults">The folders that can't, with the reasons.</param>
public sealed record PluginFolder(IReadOnlyList<Plugin> Plugins, IReadOnlyList<PluginFault> Faults)
{
    private const int MaxFolders = 100;
    private const int MaxBytes = 256 * 1024;

    /// <summary>Reads every <c>plugin.json</c>, in the order of the folders' names. Without a folder there are no plugins.</summary>
    public static PluginFolder Read(AppPaths paths)
    {
        var root = paths.PluginsRoot;
        if (!Directory.Exists(root))
        {
            return new([], []);
        }
        if (ContainedPath.IsReallyWithin(paths.ArtifactsRoot, root))
        {
            return new([], [Fault(root, "APP__PLUGINS_ROOT", InArtifacts)]);
        }
        string[] folders;
        try
        {
            folders = [.. Directory.GetDirectories(root).Where(IsVisible).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new([], [Fault(root, "APP__PLUGINS_ROOT", $"can't be read: {exception.Message}")]);
        }
        if (folders.Length > MaxFolders)
        {
            return new([], [Fault(root, "APP__PLUGINS_ROOT", $"has {folders.Length} folders, more than {MaxFolders}. None is used.")]);
        }

        var (plugins, faults) = (new List<Plugin>(), new List<PluginFault>());
        foreach (var folder in folders)
        {
            var (plugin, problems) = ReadOne(folder);
            if (plugin is not null)
            {
                problems = [.. PluginRules.Check(plugin.Manifest)];
            }
            if (plugin is not null && problems.Count == 0)
            {
                problems = [.. PluginRules.CheckAgainst(plugins, plugin.Manifest)];
            }
            if (plugin is not null && problems.Count == 0)
            {
                plugins.Add(plugin);
            }
            else
            {
                faults.Add(new(folder, problems));
            }
        }
        return new(plugins, faults);
    }

    /// <summary>Why a folder of plugins can't be among the artifacts.</summary>
    internal const string InArtifacts =
        "is inside the folder of the artifacts, to which programs upload files: they could add code. Name another folder.";

    /// <summary>Adds the plugins' families to those that requests may name.</summary>
    public void AddFamilies()
    {
        foreach (var (name, family) in Plugins.SelectMany(plugin => plugin.Manifest.ModelFamilies))
        {
            ModelFamilyTraits.Add(name, family.Traits);
        }
    }

    /// <summary>The plugin that brings a model family; null if none does.</summary>
    public Plugin? WithFamily(string family) => Plugins.FirstOrDefault(plugin => plugin.Manifest.ModelFamilies.ContainsKey(family));

    private static (Plugin? Plugin, IReadOnlyList<Problem> Problems) ReadOne(string folder)
    {
        var file = Path.Combine(folder, Plugin.FileName);
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaxBytes)
            {
                return (null, [new(Plugin.FileName, $"has {stream.Length} bytes; at most {MaxBytes} are allowed")]);
            }
            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            return Parse(folder, json);
        }
        catch (FileNotFoundException)
        {
            return (null, [new(Plugin.FileName, "is missing, so this folder is no plugin")]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, [new(Plugin.FileName, $"can't be read: {exception.Message}")]);
        }
    }

    private static (Plugin? Plugin, IReadOnlyList<Problem> Problems) Parse(string folder, byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<PluginManifest>(json, WireJson.Options) is { } manifest
                ? (new(folder, manifest), [])
                : (null, [new(Plugin.FileName, "must be an object, not null")]);
        }
        catch (JsonException)
        {
            return (null,
            [
                .. JsonFaults.Of(json, typeof(PluginManifest), WireJson.Options)
                    .Select(problem => problem.Field == JsonFaults.Body ? problem with { Field = Plugin.FileName } : problem),
            ]);
        }
    }

    private static bool IsVisible(string folder) => !Path.GetFileName(folder).StartsWith('.');

    private static PluginFault Fault(string folder, string field, string message) => new(folder, [new(field, message)]);
}
