using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Media;

/// <summary>Media that a transaction adds to one run.</summary>
/// <param name="Run">The run, whose row is locked.</param>
/// <param name="Attempts">All its attempts.</param>
/// <param name="Items">In order, with the attempt of each.</param>
internal sealed record RunMedia(Run Run, IReadOnlyList<RunAttempt> Attempts, IReadOnlyList<MediaLogged> Items);
