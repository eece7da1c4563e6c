using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>A transaction applied an event of a run's current attempt. The run is as the transaction left it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Event">The event.</param>
internal sealed record RunReported(Run Run, RunEvent Event);
