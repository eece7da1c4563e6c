using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>An event of a run's current attempt was applied.</summary>
/// <param name="Run">The run.</param>
/// <param name="Event">The event.</param>
internal sealed record RunReported(Run Run, RunEvent Event) : RunNews(Run);
