using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults.Plugins;

namespace Trainyard.TrainerWorker.Plugins;

/// <summary>
/// The model families of plugins in a compute process. An assembly is loaded when a run needs it, so that a broken one fails only its own
/// runs.
/// </summary>
internal sealed class PluginFamilies
{
    private readonly Dictionary<string, PluginAssembly> assemblies = new(StringComparer.Ordinal);

    private PluginFamilies()
    {
    }

    /// <summary>Adds the families to this process.</summary>
    public static PluginFamilies Add(PluginFolder folder)
    {
        folder.AddFamilies();
        var families = new PluginFamilies();
        foreach (var plugin in folder.Plugins)
        {
            var assembly = new PluginAssembly(plugin);
            foreach (var (name, declared) in plugin.Manifest.ModelFamilies)
            {
                families.assemblies[name] = assembly;
                // Tests compute several times in one process.
                if (!ModelFamilies.Has(name))
                {
                    ModelFamilies.Add(name, declared.Traits.ModelTypes, () => assembly.Create(name, declared));
                }
            }
        }
        return families;
    }

    /// <summary>The plugin that brings a family, whose assembly is loaded; null for a family of Trainyard.</summary>
    public RunPlugin? PluginOf(string family) => assemblies.GetValueOrDefault(family)?.Description;
}
