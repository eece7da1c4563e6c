using Trainyard.Models.Evaluation;
using Trainyard.Models.Tasks;

namespace Trainyard.Models.Families;

/// <summary>
/// An architecture and what it is trained for. A family lives in a folder of its own and has four parts: this class; a
/// <see cref="NetworkShape"/>, which names the parameters and writes the config; a <see cref="Network"/>, which computes; and a
/// <see cref="TrainingTask"/>, which has the data, the loss and the scores. Language models share the last one. Nothing outside of the
/// folder knows a family, except the registry that finds it.
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

    /// <summary>Reads the data of a run and creates its model.</summary>
    /// <param name="setup">The plan, the inputs, and where files and log lines go.</param>
    /// <param name="cancellation">Cancelled when the run stops before its first step.</param>
    /// <exception cref="Training.TrainingException">The inputs can't be used.</exception>
    public abstract TrainingTask Open(TaskSetup setup, CancellationToken cancellation);

    /// <summary>Scores a saved model outside of training.</summary>
    /// <param name="shape">The model's shape, as read from its <c>config.json</c>.</param>
    /// <param name="inputs">The weights and the data.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <exception cref="Training.TrainingException">The inputs can't be used.</exception>
    public abstract ModelOutcome Evaluate(NetworkShape shape, ModelEvaluationInputs inputs, CancellationToken cancellation);
}
