namespace Trainyard.Models.Families;

/// <summary>
/// An architecture: makes shapes from a size and from a <c>config.json</c>. A <see cref="NetworkShape"/> names the parameters and writes
/// the config, and a <see cref="Network"/> computes. Those that runs train derive from <c>TrainableFamily</c>, which adds the task.
/// </summary>
public abstract class ModelFamily
{
    /// <summary>The name in <c>model_family</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The values of <c>model_type</c> in a <c>config.json</c> of this family.</summary>
    public abstract IReadOnlyList<string> ModelTypes { get; }

    /// <summary>The type of its shapes.</summary>
    public abstract Type ShapeType { get; }

    /// <summary>The shape of a fresh model, as far as it is known before the data.</summary>
    /// <param name="size">The requested size.</param>
    /// <exception cref="ArgumentException">The family has no model of this size.</exception>
    public abstract NetworkShape Prepare(ModelSize size);

    /// <summary>Reads the shape from a <c>config.json</c> whose <c>model_type</c> is of this family.</summary>
    /// <exception cref="InvalidDataException">A member is missing, or its value has no equivalent here.</exception>
    public abstract NetworkShape Read(HuggingFaceConfig config);
}
