namespace Trainyard.Models.Families;

/// <summary>The families of this library: every concrete <see cref="ModelFamily"/> in it.</summary>
public static class ModelFamilies
{
    /// <summary>All families, by name.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        .. typeof(ModelFamilies).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ModelFamily)))
            .Select(type => (ModelFamily?)Activator.CreateInstance(type))
            .OfType<ModelFamily>()
            .OrderBy(family => family.Name, StringComparer.Ordinal),
    ];

    /// <summary>The family of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ModelFamily Named(string name) => All.FirstOrDefault(family => family.Name == name)
        ?? throw new ArgumentException($"There is no model family '{name}'; there are {Names}.", nameof(name));

    /// <summary>Reads the shape of a model from the text of its <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is not a config of a known family; the message says why.</exception>
    public static LanguageModelShape Read(string json)
    {
        using var document = HuggingFaceConfig.Parse(json);
        var type = document.Text("model_type");
        var family = All.FirstOrDefault(family => family.ModelTypes.Contains(type, StringComparer.Ordinal))
            ?? throw new InvalidDataException(
                $"config.json is of model_type '{type}'; known are {string.Join(", ", All.SelectMany(family => family.ModelTypes))}.");
        return family.Read(document);
    }

    private static string Names => string.Join(", ", All.Select(family => family.Name));
}
