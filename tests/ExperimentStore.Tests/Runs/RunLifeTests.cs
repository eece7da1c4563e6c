using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using static Trainyard.Contracts.Runs.RunStatus;

namespace Trainyard.ExperimentStore.Tests.Runs;

public class RunLifeTests
{
    [Fact]
    public void Own_runs_follow_their_state_table() => Assert.Equal(
        [
            (Queued, Running), (Queued, Failed), (Queued, Cancelled), (Queued, Interrupted),
            (Running, Completed), (Running, Failed), (Running, Cancelled), (Running, Interrupted),
            (Interrupted, Failed), (Interrupted, Cancelled),
        ],
        Allowed(RunKind.Own, newAttempt: false));

    [Fact]
    public void External_runs_may_return_from_interruption() => Assert.Equal(
        [
            (Queued, Running), (Queued, Completed), (Queued, Failed), (Queued, Cancelled), (Queued, Interrupted), (Queued, Unknown),
            (Running, Completed), (Running, Failed), (Running, Cancelled), (Running, Interrupted), (Running, Unknown),
            (Interrupted, Running), (Interrupted, Completed), (Interrupted, Failed), (Interrupted, Cancelled), (Interrupted, Unknown),
        ],
        Allowed(RunKind.External, newAttempt: false));

    [Theory]
    [InlineData("Own", Queued, new[] { Failed, Cancelled, Interrupted })]
    [InlineData("External", Running, new[] { Completed, Failed, Cancelled, Unknown })]
    public void Only_a_new_attempt_leaves_a_final_status(string kind, RunStatus to, RunStatus[] from) => Assert.Equal(
        from.Select(status => (status, to)),
        Allowed(Enum.Parse<RunKind>(kind), newAttempt: true).Except(Allowed(Enum.Parse<RunKind>(kind), newAttempt: false)));

    [Fact]
    public void No_status_follows_itself() =>
        Assert.All(
            Enum.GetValues<RunStatus>(), status => Assert.False(RunLife.MayFollow(RunKind.External, status, status, newAttempt: true)));

    private static List<(RunStatus From, RunStatus To)> Allowed(RunKind kind, bool newAttempt) =>
    [
        .. from before in Enum.GetValues<RunStatus>()
           from after in Enum.GetValues<RunStatus>()
           where RunLife.MayFollow(kind, before, after, newAttempt)
           select (before, after),
    ];
}
