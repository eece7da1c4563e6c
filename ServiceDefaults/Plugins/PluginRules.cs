using System.Text.RegularExpressions;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;

namespace Trainyard.ServiceDefaults.Plugins;

/// <summary>The limits of a <c>plugin.json</c> beyond its types.</summary>
internal static partial class PluginRules
{
    private const int MaxFamilies = 16;
    private const string NameRule = "must be 1 to 32 characters from a-z, 0-9, '_' and '-', and begin with a letter";
    private static readonly string[] Kinds = [PluginManifest.ModelFamilyKind];

    /// <summary>Every problem of a manifest alone.</summary>
    public static IEnumerable<Problem> Check(PluginManifest plugin)
    {
        if (!IsName(plugin.Name))
        {
            yield return new("name", $"{NameRule}, not '{Shown(plugin.Name)}'");
        }
        if (plugin.Version is not { Length: >= 1 and <= 64 } || plugin.Version.Any(char.IsControl))
        {
            yield return new("version", "must have 1 to 64 printable characters");
        }
        if (plugin.Description is { Length: > 1000 })
        {
            yield return new("description", "must have at most 1000 characters");
        }
        if (plugin.Kinds.Count == 0 || plugin.Kinds.Except(Kinds, StringComparer.Ordinal).Any())
        {
            yield return new("kinds", $"must be a list of {string.Join(", ", Kinds)}; this version knows no other kind");
        }
        if (!IsFileName(plugin.Assembly))
        {
            yield return new("assembly", $"must be the name of a .dll file in the plugin's folder, not '{Shown(plugin.Assembly)}'");
        }
        if (plugin.ModelFamilies.Count is < 1 or > MaxFamilies)
        {
            yield return new("model_families", $"must name 1 to {MaxFamilies} families, not {plugin.ModelFamilies.Count}");
        }
        foreach (var (name, family) in plugin.ModelFamilies)
        {
            foreach (var problem in Check(name, family))
            {
                yield return problem with { Field = $"model_families.{Shown(name)}{problem.Field}" };
            }
        }
    }

    /// <summary>Every problem of a manifest among the families of this version and the plugins read before it.</summary>
    public static IEnumerable<Problem> CheckAgainst(IReadOnlyList<Plugin> others, PluginManifest plugin)
    {
        if (others.FirstOrDefault(other => other.Name == plugin.Name) is { } same)
        {
            yield return new("name", $"is that of the plugin in {same.Folder} too: '{plugin.Name}'. Rename or remove one of them");
        }
        foreach (var (name, family) in plugin.ModelFamilies)
        {
            if (ModelFamilyTraits.BuiltIn.ContainsKey(name))
            {
                yield return new($"model_families.{name}", "is a family of Trainyard, which a plugin can't replace. Choose another name");
            }
            if (others.FirstOrDefault(other => other.Manifest.ModelFamilies.ContainsKey(name)) is { } twin)
            {
                yield return new($"model_families.{name}", $"is a family of the plugin '{twin.Name}' too. Rename or remove one of them");
            }
            foreach (var type in family.Traits.ModelTypes)
            {
                if (OwnerOf(type, others) is { } owner)
                {
                    yield return new($"model_families.{name}.traits.model_types", $"has '{type}', which is of {owner}");
                }
            }
        }
    }

    private static string? OwnerOf(string type, IReadOnlyList<Plugin> others)
    {
        if (ModelFamilyTraits.BuiltIn.FirstOrDefault(family => Has(family.Value)) is { Key: { } own })
        {
            return $"Trainyard's family '{own}'";
        }
        var other = others.FirstOrDefault(other => other.Manifest.ModelFamilies.Values.Any(family => Has(family.Traits)));
        return other is null ? null : $"the plugin '{other.Name}'";

        bool Has(ModelFamilyTraits traits) => traits.ModelTypes.Contains(type, StringComparer.Ordinal);
    }

    private static IEnumerable<Problem> Check(string name, PluginFamily family)
    {
        if (!IsName(name))
        {
            yield return new("", NameRule);
        }
        if (family is null)
        {
            yield return new("", "must be an object, not null");
            yield break;
        }
        if (family.Class is not { Length: >= 1 and <= 512 })
        {
            yield return new(".class", "must be the full name of a class, of 1 to 512 characters");
        }
        foreach (var problem in TraitRules.Check(family.Traits))
        {
            yield return problem with { Field = $".traits.{problem.Field}" };
        }
    }

    private static bool IsFileName(string name) =>
        name.Length <= 255 && name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && name.Length > 4
        && !name.AsSpan().ContainsAny('/', '\\', ':') && !name.Any(char.IsControl);

    /// <summary>Whether a text may be the name of a plugin, a family or a group of events.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    private static string Shown(string text) => text.Length <= 64 ? text : $"{text[..64]}…";

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,31}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
