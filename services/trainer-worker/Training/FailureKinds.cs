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
}
