namespace Trainyard.Models.Families;

/// <summary>The families: every concrete <see cref="ModelFamily"/> of this library, and those of other assemblies that are added.</summary>
public static class ModelFamilies
{
    private static readonly Lock Gate = new();
    private static volatile IReadOnlyList<Entry> entries =
    [
        .. typeof(ModelFamilies).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ModelFamily)))
            .Select(type => (ModelFamily?)Activator.CreateInstance(type))
            .OfType<ModelFamily>()
            .Select(Entry.Of)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    /// <summary>All families, by name. Loads those that are not loaded yet.</summary>
    public static IReadOnlyList<ModelFamily> All => [.. entries.Select(entry => entry.Family.Value)];

    /// <summary>Adds a family of another assembly, for the rest of the process.</summary>
    /// <exception cref="ArgumentException">Its name, or a model type, is another family's.</exception>
    public static void Add(ModelFamily family) => Add(Entry.Of(family));

    /// <summary>Adds a family that is loaded when it is first needed, for the rest of the process.</summary>
    /// <param name="name">Its <see cref="ModelFamily.Name"/>.</param>
    /// <param name="modelTypes">Its <see cref="ModelFamily.ModelTypes"/>.</param>
    /// <param name="load">Loads it. What it throws is thrown wherever the family is needed.</param>
    /// <exception cref="ArgumentException">Its name, or a model type, is another family's.</exception>
    public static void Add(string name, IReadOnlyList<string> modelTypes, Func<ModelFamily> load) =>
        Add(new Entry(name, modelTypes, new(load)));

    /// <summary>Whether there is a family of this name. Loads none.</summary>
    public static bool Has(string name) => entries.Any(entry => entry.Name == name);

    /// <summary>The family of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ModelFamily Named(string name) => entries.FirstOrDefault(entry => entry.Name == name)?.Family.Value
        ?? throw new ArgumentException($"There is no model family '{name}'; there are {Names}.", nameof(name));

    /// <summary>Reads the shape of a model from the text of its <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is not a config of a known family; the message says why.</exception>
    public static NetworkShape Read(string json)
    {
        using var document = HuggingFaceConfig.Parse(json);
        var type = document.Text("model_type");
        var found = entries.FirstOrDefault(entry => entry.ModelTypes.Contains(type, StringComparer.Ordinal))
            ?? throw new InvalidDataException(
                $"config.json is of model_type '{type}'; known are {string.Join(", ", entries.SelectMany(entry => entry.ModelTypes))}.");
        return found.Family.Value.Read(document);
    }

    /// <summary>Reads the shape of a language model from the text of its <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is not a config of a known family of language models; the message says why.</exception>
    public static LanguageModelShape ReadLanguageModel(string json) => Read(json) is var shape && shape is LanguageModelShape language
        ? language
        : throw new InvalidDataException($"A model of the family '{shape.Family}' is not a language model.");

    private static string Names => string.Join(", ", entries.Select(entry => entry.Name));

    private static void Add(Entry added)
    {
        lock (Gate)
        {
            if (Has(added.Name))
            {
                throw new ArgumentException($"There is a model family '{added.Name}' already.", nameof(added));
            }
            var types = entries.SelectMany(entry => entry.ModelTypes);
            if (types.Intersect(added.ModelTypes, StringComparer.Ordinal).FirstOrDefault() is { } type)
            {
                throw new ArgumentException($"The model_type '{type}' of model family '{added.Name}' is another family's.", nameof(added));
            }
            entries = [.. entries.Append(added).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
    }

    private sealed record Entry(string Name, IReadOnlyList<string> ModelTypes, Lazy<ModelFamily> Family)
    {
        public static Entry Of(ModelFamily family) => new(family.Name, family.ModelTypes, new(family));
    }
}
