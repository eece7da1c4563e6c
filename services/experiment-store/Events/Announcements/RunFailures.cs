using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Events.Announcements;

internal static class RunFailures
{
    /// <summary>The failure of a run as a training event.</summary>
    public static TrainFailed Of(Run run) => new()
    {
        ErrorKind = run.ErrorKind == ErrorKinds.UserInput ? TrainErrorKind.User : TrainErrorKind.System,
        Message = PublicText.Message(run.Message is { Length: > 0 } message ? message : "The run failed."),
    };
}
