using Trainyard.Harness.Chaos;

namespace Trainyard.SystemTests;

/// <summary>Whoever judges the others must be right himself: each broken promise is found, and a kept one is not.</summary>
public sealed class ChaosCheckerTests
{
    private static readonly History Sent = new(
        [
            Try("run:1", Said.Start), Try("run:2", step: 0), Try("run:3", step: 1),
            Try("run:4", Answer.Unknown, step: 2), Try("run:4", Answer.Accepted, step: 2),
        ],
        [], []);

    private static readonly OutsideRun Stored = new(
        "run", "running", [Point(0), Point(1), Point(2)], [Point(0), Point(1), Point(2)], ["run:2", "run:3", "run:4"],
        new Dictionary<int, long>());

    private static readonly OwnRun Trained = new(
        "own", "completed", 2, new Dictionary<int, long> { [1] = 0, [2] = 20 },
        [Point(0), Point(20), Point(20, 2), Point(40, 2)], [Point(0), Point(20, 2), Point(40, 2)],
        LogEvery: 20, ManifestAttempt: 2, [new("model.safetensors", "ab", "ab")], ["checkpoints/40"], ["checkpoints/20", "checkpoints/40"]);

    [Fact]
    public void What_is_kept_is_no_violation() => Assert.Empty(HistoryChecker.Check(Sent, new([Stored], [Trained])));

    [Fact]
    public void A_lost_event_is_found() => AssertFound(
        HistoryChecker.Lost, "run:3", Sent, Stored with
        {
            Points = [Point(0), Point(2)],
            Curve = [Point(0), Point(2)],
            Lines = ["run:2", "run:4"],
        });

    [Fact]
    public void An_event_of_which_half_is_there_is_found() => AssertFound(
        HistoryChecker.Lost, "run:3", Sent, Stored with { Lines = ["run:2", "run:4"] });

    [Fact]
    public void A_lost_run_is_found() => AssertFound(
        HistoryChecker.Lost, "the whole run", Sent, Stored with { Id = "another", Points = [], Curve = [], Lines = [] });

    [Fact]
    public void A_doubled_event_is_found() => AssertFound(
        HistoryChecker.Doubled, "run:4", Sent, Stored with { Lines = ["run:2", "run:3", "run:4", "run:4"] });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_event_of_which_nobody_knows_may_be_there_or_not(bool there)
    {
        var history = Sent with
        {
            Tries =
            [
                .. Sent.Tries.Where(one => one.Answer is Answer.Accepted && one.Step < 2), Try("run:4", Answer.Unknown, step: 2),
            ],
        };
        var stored = there ? Stored : Stored with
        {
            Points = [Point(0), Point(1)],
            Curve = [Point(0), Point(1)],
            Lines = ["run:2", "run:3"],
        };

        Assert.Empty(HistoryChecker.Check(history, new([stored], [])));
    }

    [Fact]
    public void A_refused_event_that_is_stored_is_found() => AssertFound(
        HistoryChecker.Refused, "run:3", Sent with
        {
            Tries = [.. Sent.Tries.Select(one => one.Step == 1 ? one with { Answer = Answer.Refused } : one)],
        }, Stored);

    [Fact]
    public void An_event_that_nobody_sent_is_found() => AssertFound(
        HistoryChecker.Unheard, "step 7", Sent, Stored with { Points = [.. Stored.Points, Point(7)], Curve = [.. Stored.Curve, Point(7)] });

    [Fact]
    public void A_point_that_its_successor_replaced_is_found_in_a_curve()
    {
        var history = Sent with
        {
            Tries = [.. Sent.Tries, Try("run:5", Said.Resume, step: 1, attempt: 2), Try("run:6", step: 1, attempt: 2)],
        };
        var stored = Stored with
        {
            Points = [Point(0), Point(1), Point(2), Point(1, 2)],
            Curve = [Point(0), Point(1, 2)],
            Lines = ["run:2", "run:3", "run:4", "run:6"],
            FromSteps = new Dictionary<int, long> { [2] = 1 },
        };

        Assert.Empty(HistoryChecker.Check(history, new([stored], [])));
        AssertFound(HistoryChecker.Mixed, "step 2", history, stored with { Curve = [Point(0), Point(1, 2), Point(2)] });
        AssertFound(HistoryChecker.Mixed, "step 1", history, stored with { Curve = [Point(0), Point(1)] });
        AssertFound(HistoryChecker.Lost, "attempt 2", history, stored with { FromSteps = new Dictionary<int, long>() });
        AssertFound(HistoryChecker.Unheard, "attempt 2", history, stored with { FromSteps = new Dictionary<int, long> { [2] = 2 } });
    }

    [Fact]
    public void A_backup_holds_what_was_answered_before_it_began_and_nothing_that_was_sent_after_it_ended()
    {
        var history = new History([At(1, Answer.Accepted), At(4, Answer.Accepted), At(9, Answer.Accepted)], [], [])
        {
            Own = [new(TimeSpan.FromSeconds(1), "own"), new(TimeSpan.FromSeconds(9), "later")],
        }.AsOf(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));

        foreach (var steps in (int[][])[[1], [1, 4]])
        {
            Assert.Empty(HistoryChecker.Check(history, new([With(steps)], [Trained])));
        }
        AssertFound(HistoryChecker.Lost, "run:1", history, With(4));
        AssertFound(HistoryChecker.Unheard, "step 9", history, With(1, 9));
        Assert.Contains(HistoryChecker.Check(history, new([With(1)], [])),
            one => one is { Rule: HistoryChecker.Lost, What: "own: the whole run is not there." });

        static OutsideRun With(params int[] steps) => Stored with
        {
            Points = [.. steps.Select(step => Point(step))],
            Curve = [.. steps.Select(step => Point(step))],
            Lines = [.. steps.Select(step => $"run:{step}")],
        };
    }

    [Fact]
    public void A_stop_that_was_forgotten_is_found() => AssertFound(
        HistoryChecker.Ended, "running", Sent with { Tries = [.. Sent.Tries, Try("run:5", Said.Stop)] }, Stored);

    [Fact]
    public void Files_of_another_attempt_are_found()
    {
        AssertFound(HistoryChecker.Published, "attempt 1", Trained with { ManifestAttempt = 1 });
        AssertFound(HistoryChecker.Published, "model.safetensors", Trained with { Files = [new("model.safetensors", "ab", "cd")] });
        AssertFound(HistoryChecker.Published, "checkpoints/60", Trained with { CheckpointFolders = ["checkpoints/60"] });
    }

    [Fact]
    public void A_gap_and_a_mixture_in_a_run_of_our_own_are_found()
    {
        AssertFound(HistoryChecker.Lost, "between step 0 and 40", Trained with
        {
            Points = [Point(0), Point(40, 2)],
            Curve = [Point(0), Point(40, 2)],
        });
        AssertFound(HistoryChecker.Mixed, "step 20", Trained with { Curve = [Point(0), Point(20), Point(40, 2)] });
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(7, 1)]
    public void A_gateway_that_says_ready_while_posts_fail_is_found(int seconds, int found)
    {
        var history = new History(
            [
                At(0, Answer.Accepted), .. Enumerable.Range(1, seconds).Select(second => At(second, Answer.Refused)),
                At(seconds + 1, Answer.Accepted),
            ],
            [.. Enumerable.Range(0, 12).Select(second => Seen(second, Readyz.Ready, hosts: true))], []);

        Assert.Equal(
            Enumerable.Repeat(HistoryChecker.ReadyLie, found),
            HistoryChecker.Check(history, Nothing).Select(one => one.Rule).Where(rule => rule != HistoryChecker.Lost));
    }

    [Fact]
    public void A_gateway_that_says_not_ready_while_everything_works_is_found()
    {
        var posts = Enumerable.Range(0, 12).Select(second => At(second, Answer.Accepted)).ToList();
        var lie = new History(posts, [.. Enumerable.Range(0, 12).Select(second => Seen(second, Readyz.NotReady, hosts: true))], []);
        var truth = lie with { Readiness = [.. lie.Readiness.Select(seen => seen with { Hosts = false })] };

        Assert.Contains(HistoryChecker.Check(lie, Nothing), one => one.Rule == HistoryChecker.NotReadyLie);
        Assert.DoesNotContain(HistoryChecker.Check(truth, Nothing), one => one.Rule == HistoryChecker.NotReadyLie);
    }

    [Fact]
    public void A_seed_makes_the_same_plan_again()
    {
        var duration = TimeSpan.FromMinutes(5);
        var faults = Enumerable.Range(0, 9)
            .Select(fault => new ChaosFault($"target {fault / 2}", $"fault {fault}", _ => Task.CompletedTask))
            .ToList();

        Assert.Equal(Plan(7), Plan(7));
        Assert.NotEqual(Plan(7), Plan(8));
        Assert.Contains(ChaosPlan.Make(7, duration, faults), one => one.At > TimeSpan.FromMinutes(4));
        Assert.Equal(ChaosPlan.Backups(7, duration), ChaosPlan.Backups(7, duration));
        Assert.NotEqual(ChaosPlan.Backups(7, duration), ChaosPlan.Backups(8, duration));

        List<string> Plan(int seed) => [.. ChaosPlan.Make(seed, duration, faults).Select(one => one.ToString())];
    }

    private static FinalState Nothing => new([], []);

    private static void AssertFound(string rule, string what, History history, OutsideRun stored) =>
        Assert.Contains(
            HistoryChecker.Check(history, new([stored], [])),
            one => one.Rule == rule && one.What.Contains(what, StringComparison.Ordinal));

    private static void AssertFound(string rule, string what, OwnRun trained) =>
        Assert.Contains(
            HistoryChecker.Check(new([], [], []), new([], [trained])),
            one => one.Rule == rule && one.What.Contains(what, StringComparison.Ordinal));

    private static StoredPoint Point(long step, int attempt = 1) => new(step, (attempt * 1_000_000) + step, attempt);

    private static Tried Try(string key, Said said) => Try(key, said, step: 0);

    private static Tried Try(string key, Said said, long step, int attempt = 1) =>
        new(default, default, "run", key, said, attempt, step, Answer.Accepted, "202");

    private static Tried Try(string key, Answer answer = Answer.Accepted, long step = 0, int attempt = 1) =>
        new(default, default, "run", key, Said.Point, attempt, step, answer, "");

    private static Tried At(int second, Answer answer) => Try($"run:{second}", answer, second) with
    {
        At = TimeSpan.FromSeconds(second - 0.5),
        Until = TimeSpan.FromSeconds(second),
    };

    private static ReadinessSeen Seen(int second, Readyz said, bool hosts) => new(TimeSpan.FromSeconds(second), said, hosts, "");
}
