using Trainyard.Models.Families;
using Trainyard.Models.Scoring;

namespace Trainyard.Models.Tasks;

/// <summary>
/// An architecture and what it is trained for. A family lives in a folder of its own and has four parts: this class; a
/// <see cref="NetworkShape"/>; a <see cref="Network"/>; and a <see cref="TrainingTask"/>, which has the data, the loss and the scores.
/// Language models share the last one. Nothing outside of the folder knows a family, except the registry that finds it.
/// </summary>
public abstract class TrainableFamily : ModelFamily
{
    /// <summary>The family of a shape.</summary>
    /// <exception cref="InvalidDataException">Models of this family can't be trained.</exception>
    public static TrainableFamily Of(NetworkShape shape) => ModelFamilies.Named(shape.Family) as TrainableFamily
        ?? throw new InvalidDataException($"Models of the family '{shape.Family}' can't be trained.");

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
