namespace Trainyard.Harness.Faults;

/// <summary>What a fault did to those who posted, to what they had posted, and to a training run.</summary>
/// <param name="Fault">What was done.</param>
/// <param name="Accepted">Requests accepted meanwhile.</param>
/// <param name="Refusals">How else requests ended, before they were repeated.</param>
/// <param name="LongestWait">The longest time in which no request at all was accepted.</param>
/// <param name="Recovery">From the end of the fault until every host was ready and a new event could be read.</param>
/// <param name="Complaints">What <c>/readyz</c> said was not well.</param>
/// <param name="Lost">Points and log lines accepted that are not there.</param>
/// <param name="Doubled">Those that are there twice.</param>
/// <param name="Run">The training run as it ended.</param>
public sealed record FaultReport(
    string Fault,
    long Accepted,
    IReadOnlyDictionary<string, int> Refusals,
    TimeSpan LongestWait,
    TimeSpan Recovery,
    IReadOnlyList<string> Complaints,
    long Lost,
    long Doubled,
    TrainingReport Run);

/// <param name="Status">Its status.</param>
/// <param name="Attempts">How many attempts it took.</param>
/// <param name="Trainings">For each attempt, how many workers began to train it.</param>
/// <param name="Steps">The steps of its loss curve.</param>
public sealed record TrainingReport(string Status, int Attempts, IReadOnlyList<int> Trainings, IReadOnlyList<long> Steps);
