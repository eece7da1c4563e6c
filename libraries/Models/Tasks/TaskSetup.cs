using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tasks;

/// <summary>What a family gets to open a run's task.</summary>
/// <param name="Plan">The plan; its shape is what <see cref="Families.ModelFamily.Prepare"/> returned.</param>
/// <param name="Inputs">The inputs of the run.</param>
/// <param name="Log">Writes a line to the run's log: <c>info</c> or <c>warning</c>, and the message.</param>
/// <param name="Keep">Adds a file to the run: its name, its kind (<c>config</c>, <c>tokenizer</c>), its content.</param>
public sealed record TaskSetup(
    TrainingPlan Plan, TrainingRunInputs Inputs, Action<string, string> Log, Action<string, string, ReadOnlyMemory<byte>> Keep)
{
    /// <summary>Requires the data of the run that this one repeats, if it repeats one.</summary>
    /// <param name="fingerprint">Of this run's data.</param>
    /// <param name="data">What to call it in the message, such as "text has".</param>
    /// <exception cref="TrainingException">The data has changed.</exception>
    public void RequireSameData(string fingerprint, string data)
    {
        if (Inputs.Reproduces is { } original && fingerprint != original.Data?.Fingerprint)
        {
            throw Irreproducible($"The {data} changed since run {original.RunId} was trained");
        }
    }

    /// <summary>Why a run can't be repeated.</summary>
    internal static TrainingException Irreproducible(string reason) =>
        new(FailureKind.UserInput, $"{reason}, so the run can't be reproduced.") { Code = FailureCodes.DataNotFound };
}
