using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Plugins;

/// <summary>Folders of plugins for tests, from what the solution builds.</summary>
public static class PluginFiles
{
    /// <summary>Installs the sample below a root.</summary>
    public static void AddGru(string root) => Copy("Gru", Path.Combine(root, "gru"));

    /// <summary>Installs a class of the hostile assembly as the family <c>hostile</c>.</summary>
    public static string AddHostile(string root, string className)
    {
        var folder = Path.Combine(root, "hostile");
        Copy("Hostile", folder);
        File.WriteAllText(Path.Combine(folder, "plugin.json"), """
            {"name": "hostile", "version": "0.1", "kinds": ["model_family"], "assembly": "Hostile.dll",
             "model_families": {"hostile": {"class": "CLASS", "traits": {"model_types": ["hostile"]}}}}
            """.Replace("CLASS", className, StringComparison.Ordinal));
        return folder;
    }

    private static void Copy(string project, string folder)
    {
        Directory.CreateDirectory(folder);
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        foreach (var file in Directory.EnumerateFiles(Repository.PathTo("artifacts", "bin", project, configuration)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
