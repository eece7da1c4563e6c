namespace Trainyard.Models.Families;

/// <summary>The families: every concrete <see cref="ModelFamily"/> of this library, and those that <see cref="Add"/> brings.</summary>
public static class ModelFamilies
{
    private static readonly Lock Gate = new();
    private static volatile IReadOnlyList<ModelFamily> all =
    [
        .. typeof(ModelFamilies).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ModelFamily)))
            .Select(type => (ModelFamily?)Activator.CreateInstance(type))
            .OfType<ModelFamily>()
            .OrderBy(family => family.Name, StringComparer.Ordinal),
    ];

    /// <summary>All families, by name.</summary>
    public static IReadOnlyList<ModelFamily> All => all;

    /// <summary>Adds a family of another assembly, for the rest of the process.</summary>
    /// <exception cref="ArgumentException">Its name, or a model type, is another family's.</exception>
    public static void Add(ModelFamily family)
    {
        lock (Gate)
        {
            if (all.FirstOrDefault(known => known.Name == family.Name) is { } named)
            {
                throw new ArgumentException(
                    $"{named.GetType().Assembly.GetName().Name} has a model family '{family.Name}' already.",
                    nameof(family));
            }
            if (all.SelectMany(known => known.ModelTypes).Intersect(family.ModelTypes, StringComparer.Ordinal).FirstOrDefault() is { } type)
            {
                throw new ArgumentException(
                    $"The model_type '{type}' of model family '{family.Name}' is another family's.",
                    nameof(family));
            }
            all = [.. all.Append(family).OrderBy(known => known.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>The family of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ModelFamily Named(string name) => All.FirstOrDefault(family => family.Name == name)
        ?? throw new ArgumentException($"There is no model family '{name}'; there are {Names}.", nameof(name));

    /// <summary>Reads the shape of a model from the text of its <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is not a config of a known family; the message says why.</exception>
    public static NetworkShape Read(string json)
    {
        using var document = HuggingFaceConfig.Parse(json);
        var type = document.Text("model_type");
        var family = All.FirstOrDefault(family => family.ModelTypes.Contains(type, StringComparer.Ordinal))
            ?? throw new InvalidDataException(
                $"config.json is of model_type '{type}'; known are {string.Join(", ", All.SelectMany(family => family.ModelTypes))}.");
        return family.Read(document);
    }

    /// <summary>Reads the shape of a language model from the text of its <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is not a config of a known family of language models; the message says why.</exception>
    public static LanguageModelShape ReadLanguageModel(string json) => Read(json) is var shape && shape is LanguageModelShape language
        ? language
        : throw new InvalidDataException($"A model of the family '{shape.Family}' is not a language model.");

    private static string Names => string.Join(", ", All.Select(family => family.Name));
}
