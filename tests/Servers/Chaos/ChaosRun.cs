using System.Collections.Concurrent;
using Trainyard.Servers.Faults;
using Trainyard.Servers.Processes;

namespace Trainyard.Servers.Chaos;

/// <summary>What came of it.</summary>
/// <param name="History">Everything that was asked, answered and done.</param>
/// <param name="State">What is stored.</param>
/// <param name="Violations">Promises that were not kept.</param>
public sealed record ChaosReport(History History, FinalState State, IReadOnlyList<Violation> Violations);

/// <summary>The distributed system under load, struck by random faults, and then looked at: was every promise kept?</summary>
public static class ChaosRun
{
    public const string Died = "a service ended by itself";
    public const string NotBack = "what a fault had ended did not start again";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    // A message that waits on the broker for the database comes back after ten seconds; one that is doubled may come that late.
    private static readonly TimeSpan Stragglers = TimeSpan.FromSeconds(12);

    /// <summary>Leases that end within a fault, and as many attempts as it takes.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TRAINER__LEASE_SECONDS"] = "3",
        ["TRAINER__RENEW_SECONDS"] = "1",
        ["RUNS__LEASE_GRACE_SECONDS"] = "2",
        ["RUNS__RECONCILE_EVERY_SECONDS"] = "1",
        ["RUNS__RETRY_SECONDS"] = "1",
        ["RUNS__MAX_STALLED_ATTEMPTS"] = "1000",
    };

    /// <param name="system">Started with <see cref="Settings"/>.</param>
    /// <param name="seed">Chooses the faults and what jobs do.</param>
    /// <param name="duration">How long faults strike.</param>
    /// <param name="faults">What may happen.</param>
    /// <param name="folder">Gets the history, as <c>history.jsonl</c>.</param>
    /// <param name="say">Told of what happens.</param>
    public static async Task<ChaosReport> RunAsync(
        StruckSystem system, int seed, TimeSpan duration, IReadOnlyList<ChaosFault> faults, string folder, Action<string> say)
    {
        var plan = ChaosPlan.Make(seed, duration, faults);
        Directory.CreateDirectory(folder);
        await using var recorder = new Recorder(Path.Combine(folder, "history.jsonl"));
        await using var jobs = new OutsideJobs(system.Address, seed, recorder);
        await using var training = new OwnTraining(system.Address, system.Tokenizer);
        using var client = new TrainyardClient(system.Address);
        var violations = new ConcurrentQueue<Violation>();
        await using (new ReadinessWatch(system.Address, system.Hosts, recorder))
        {
            await StrikeAsync(system, plan, recorder, violations, say);
            foreach (var ended in DistributedSystem.Services.SelectMany(system.Of).Where(process => !process.IsRunning).ToList())
            {
                // One whose fault failed was not started again, and has been written down.
                if (violations.IsEmpty)
                {
                    violations.Enqueue(new(Died, $"{ended.Project} ended with exit code {ended.ExitCode}."));
                }
                await system.ReplaceAsync(ended);
            }
            say("Every fault is healed.");
            await system.ReadyAsync();
            await Task.WhenAll(jobs.StopAsync(Limit), training.StopAsync(Limit));
        }

        var state = await SettledAsync(client, system.Artifacts, recorder.History, training.Runs);
        return new(recorder.History, state, [.. violations, .. HistoryChecker.Check(recorder.History, state)]);
    }

    private static async Task StrikeAsync(
        StruckSystem system, IReadOnlyList<PlannedFault> plan, Recorder recorder, ConcurrentQueue<Violation> violations, Action<string> say)
    {
        var last = new Dictionary<string, Task>(StringComparer.Ordinal);
        var all = new List<Task>();
        foreach (var planned in plan.OrderBy(one => one.At))
        {
            if (planned.At - recorder.Now is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }
            var before = last.GetValueOrDefault(planned.Fault.Target, Task.CompletedTask);
            last[planned.Fault.Target] = StrikeAsync(system, planned, before, recorder, violations, say);
            all.Add(last[planned.Fault.Target]);
        }
        await Task.WhenAll(all);
    }

    /// <summary>One fault, once what struck the same before it is healed.</summary>
    private static async Task StrikeAsync(
        StruckSystem system, PlannedFault planned, Task before, Recorder recorder, ConcurrentQueue<Violation> violations, Action<string> say)
    {
        await before;
        var at = recorder.Now;
        try
        {
            await planned.Fault.Fault.Strike(system, planned.Hold);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            violations.Enqueue(new(NotBack, $"{planned}: {failure.Message}"));
        }
        recorder.Add(new FaultStruck(at, recorder.Now, planned.Fault.Fault.Name));
        say($"{at.TotalSeconds,6:0.0} s to {recorder.Now.TotalSeconds,6:0.0} s: {planned.Fault.Fault.Name}");
    }

    private static async Task<FinalState> SettledAsync(TrainyardClient client, string artifacts, History history, IReadOnlyList<string> own)
    {
        var reader = new StateReader(client, artifacts);
        foreach (var run in own)
        {
            await Patience.UntilAsync(() => client.OverAsync(run), Limit);
        }
        var outside = history.Tries.Select(one => one.Run).Distinct(StringComparer.Ordinal).ToList();
        FinalState? state = null;
        await Patience.UntilAsync(
            async () =>
            {
                state = await reader.ReadAsync(outside, own);
                return HistoryChecker.Check(history, state).All(violation => violation.Rule != HistoryChecker.Lost);
            },
            Limit / 2);
        await Task.Delay(Stragglers);
        await Patience.UntilAsync(async () => (state = await reader.ReadAsync(outside, own)) is not null, Limit);
        return state ?? throw new InvalidOperationException("What is stored could not be read.");
    }
}
