using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>A refusal in MLflow's terms.</summary>
internal sealed class MlflowException(string errorCode, string message) : Exception(message)
{
    private const string SeeDocs = " See the API docs for more information about request parameters.";

    public MlflowError Error { get; } = new(errorCode, message);

    public static MlflowException Invalid(string message) => new(MlflowError.InvalidParameterValue, message);

    public static MlflowException Missing(string parameter) =>
        Invalid($"Missing value for required parameter '{parameter}'.{SeeDocs}");

    /// <param name="parameter">The parameter.</param>
    /// <param name="value">Its value as Python prints it.</param>
    /// <param name="type">Its Python type.</param>
    public static MlflowException Wrong(string parameter, string value, string type) =>
        Invalid($"Invalid value {value} for parameter '{parameter}' supplied. Hint: Value was of type '{type}'.{SeeDocs}");

    public static MlflowException Absent(string message) => new(MlflowError.ResourceDoesNotExist, message);
}
