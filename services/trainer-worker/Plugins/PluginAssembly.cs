using System.Reflection;
using System.Security.Cryptography;
using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Runs;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Plugins;

namespace Trainyard.TrainerWorker.Plugins;

/// <summary>The assembly of a plugin, loaded when one of its families is first needed.</summary>
internal sealed class PluginAssembly
{
    private readonly Plugin plugin;
    private readonly Lazy<(Assembly Assembly, string Sha256)> loaded;

    public PluginAssembly(Plugin plugin)
    {
        this.plugin = plugin;
        loaded = new(Load);
    }

    /// <summary>The plugin, for the manifest of a run.</summary>
    public RunPlugin Description => new(plugin.Name, plugin.Manifest.Version, plugin.Manifest.Assembly, loaded.Value.Sha256);

    /// <summary>Creates a family.</summary>
    /// <exception cref="TrainingException">The plugin is broken; the message says what to do.</exception>
    public ModelFamily Create(string name, PluginFamily declared)
    {
        try
        {
            var type = loaded.Value.Assembly.GetType(declared.Class, throwOnError: false)
                ?? throw Broken($"{plugin.Manifest.Assembly} has no class '{declared.Class}'");
            return Checked(Instance(type), name, declared);
        }
        catch (Exception exception) when (exception is not TrainingException and not OutOfMemoryException)
        {
            throw Broken(Reason(exception), exception);
        }
    }

    private (Assembly Assembly, string Sha256) Load()
    {
        if (!File.Exists(plugin.Assembly))
        {
            throw Broken($"there is no file {plugin.Manifest.Assembly} in it");
        }
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(plugin.Assembly)));
        return (new PluginLoadContext(plugin.Name, plugin.Assembly).LoadFromAssemblyPath(plugin.Assembly), sha256);
    }

    private ModelFamily Instance(Type type)
    {
        if (!type.IsSubclassOf(typeof(TrainableFamily)) || type.IsAbstract)
        {
            throw Broken($"{type.FullName} is no concrete class that derives from {typeof(TrainableFamily).FullName}");
        }
        if (type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw Broken($"{type.FullName} has no public constructor without parameters");
        }
        return (ModelFamily?)Activator.CreateInstance(type) ?? throw Broken($"{type.FullName} can't be created");
    }

    /// <summary>Requires that the family is what <c>plugin.json</c> says: requests were checked against that.</summary>
    private ModelFamily Checked(ModelFamily family, string name, PluginFamily declared)
    {
        var file = Plugin.FileName;
        return family switch
        {
            _ when family.Name != name =>
                throw Broken($"{declared.Class} is named '{family.Name}', in {file} '{name}'"),
            _ when !family.ModelTypes.Order(StringComparer.Ordinal).SequenceEqual(
                declared.Traits.ModelTypes.Order(StringComparer.Ordinal), StringComparer.Ordinal) =>
                throw Broken($"{declared.Class} has other model_types than {file}: {string.Join(", ", family.ModelTypes)}"),
            _ when family is LanguageModelFamily != declared.Traits.IsLanguageModel =>
                throw Broken($"is_language_model in {file} is not what {declared.Class} is"),
            _ when !family.ShapeType.IsSubclassOf(typeof(NetworkShape)) =>
                throw Broken($"the ShapeType of {declared.Class} does not derive from {nameof(NetworkShape)}"),
            _ => family,
        };
    }

    private TrainingException Broken(string reason, Exception? cause = null) => new(FailureKind.Fatal,
        $"Plugin '{plugin.Name}' ({plugin.Folder}) can't be used: {reason}. Correct or remove it, and restart Trainyard.", cause);

    private string Reason(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } thrown } => $"it failed with {thrown.GetType().Name}: {thrown.Message}",
        BadImageFormatException => $"{plugin.Manifest.Assembly} is no .NET assembly for this machine",
        FileNotFoundException { FileName: { } missing } => $"it needs {missing}, which is neither in its folder nor part of Trainyard",
        FileLoadException { FileName: { } other } => $"it needs {other}, which can't be loaded: {exception.Message}",
        TypeLoadException or MissingMemberException => $"it was built for another version of Trainyard: {exception.Message}",
        _ => $"it failed with {exception.GetType().Name}: {exception.Message}",
    };
}
