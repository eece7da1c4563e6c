using System.Reflection;
using System.Runtime.Loader;
using Trainyard.Models.Families;

namespace Trainyard.TrainerWorker.Plugins;

/// <summary>
/// Loads a plugin's assembly, and its private dependencies from its folder. Types that pass between plugin and Trainyard must be the same
/// on both sides, so TorchSharp and Trainyard's libraries are always this process's own copies.
/// </summary>
internal sealed class PluginLoadContext(string name, string assembly) : AssemblyLoadContext(name)
{
    private static readonly HashSet<string> Shared = new(
        typeof(ModelFamily).Assembly.GetReferencedAssemblies().Append(typeof(ModelFamily).Assembly.GetName())
            .Select(reference => reference.Name)
            .OfType<string>()
            .Where(shared => shared == "TorchSharp" || shared.StartsWith("Trainyard.", StringComparison.Ordinal)),
        StringComparer.Ordinal);

    private readonly AssemblyDependencyResolver resolver = new(assembly);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        !Shared.Contains(assemblyName.Name ?? "") && resolver.ResolveAssemblyToPath(assemblyName) is { } path
            ? LoadFromAssemblyPath(path)
            : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
