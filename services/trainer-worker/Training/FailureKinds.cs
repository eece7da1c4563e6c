using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Training;

internal static class FailureKinds
{
    public static string ErrorKind(this TrainingException failure) => failure.Kind switch
    {
        FailureKind.UserInput => ErrorKinds.UserInput,
        FailureKind.Transient => ErrorKinds.Transient,
        _ => ErrorKinds.Fatal,
    };

    /// <summary>Classifies what ended a run or an evaluation. A refusal of Trainyard keeps its code.</summary>
    public static TrainingException Classify(Exception exception) => exception switch
    {
        TrainyardException { Code: ErrorCode.BackendUnavailable } lost => Of(lost, FailureKind.Transient),
        TrainyardException refused => Of(refused, FailureKind.UserInput),
        _ => TrainingException.From(exception),
    };

    private static TrainingException Of(TrainyardException refused, FailureKind kind) =>
        new(kind, refused.Message, refused) { Code = refused.Code.WireName() };
}
