using System.Collections.Concurrent;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Chaos;

/// <summary>What came of it.</summary>
/// <param name="History">Everything that was asked, answered and done.</param>
/// <param name="State">What is stored.</param>
/// <param name="Violations">Promises that were not kept.</param>
public sealed record ChaosReport(History History, FinalState State, IReadOnlyList<Violation> Violations);

/// <summary>A system under load, struck by random faults, and then looked at: was every promise kept?</summary>
public sealed class ChaosRun : IAsyncDisposable
{
    public const string Died = "a process ended by itself";
    public const string NotBack = "what a fault had ended did not start again";
    public const string Stuck = "posts were not accepted again once every fault was healed";

    private readonly IStruckSystem system;
    private readonly ChaosSettings settings;
    private readonly Action<string> say;
    private readonly Recorder recorder;
    private readonly ConcurrentQueue<Violation> violations = new();

    private ChaosRun(IStruckSystem system, ChaosSettings settings, Action<string> say)
    {
        (this.system, this.settings, this.say) = (system, settings, say);
        Directory.CreateDirectory(settings.Folder);
        recorder = new Recorder(Path.Combine(settings.Folder, "history.jsonl"));
    }

    /// <param name="system">Started with <see cref="ChaosSettings.Services"/>.</param>
    /// <param name="settings">The seed, and how long.</param>
    /// <param name="faults">What may happen.</param>
    /// <param name="say">Told of what happens.</param>
    public static async Task<ChaosReport> RunAsync(
        IStruckSystem system, ChaosSettings settings, IReadOnlyList<ChaosFault> faults, Action<string> say)
    {
        await using var run = new ChaosRun(system, settings, say);
        return await run.RunAsync(ChaosPlan.Make(settings.Seed, settings.Duration, faults));
    }

    /// <summary>What is stored, once every run of ours is over and nothing is missing any more, or when the time is up.</summary>
    internal static async Task<FinalState> SettledAsync(
        StateReader reader, TrainyardClient client, History history, IReadOnlyList<string> own, TimeSpan limit)
    {
        foreach (var run in own)
        {
            await Patience.UntilAsync(
                async () => await reader.FindAsync(run) is null || await client.OverAsync(run), limit + ChaosSettings.LongestPause);
        }
        var outside = history.Tries.Select(one => one.Run).Distinct(StringComparer.Ordinal).ToList();
        FinalState? state = null;
        await Patience.UntilAsync(
            async () =>
            {
                state = await reader.ReadAsync(outside, own);
                return HistoryChecker.Check(history, state).All(violation => violation.Rule != HistoryChecker.Lost);
            },
            limit / 2);
        return state ?? throw new InvalidOperationException("What is stored could not be read.");
    }

    public async ValueTask DisposeAsync() => await recorder.DisposeAsync();

    private async Task<ChaosReport> RunAsync(IReadOnlyList<PlannedFault> plan)
    {
        var backups = system is StruckStandalone standalone ? new RandomBackups(standalone, settings, recorder) : null;
        await using (var jobs = new OutsideJobs(system.Address, settings.Seed, recorder))
        await using (var training = new OwnTraining(system.Address, system.Tokenizer, recorder))
        await using (new ReadinessWatch(system.Address, () => system.Processes.Select(process => process.Address), recorder))
        {
            await Task.WhenAll(StrikeAsync(plan), backups?.TakeAsync(say) ?? Task.CompletedTask);
            await ReviveAsync();
            say("Every fault is healed.");
            await system.ReadyAsync();
            await StopAsync(jobs, training);
        }

        using var client = new TrainyardClient(system.Address);
        var reader = new StateReader(client, system.Artifacts);
        var history = recorder.History;
        var own = history.Own.Select(queued => queued.Run).ToList();
        var state = await SettledAsync(reader, client, history, own, settings.Limits.Settle);
        if (system.Stragglers > TimeSpan.Zero)
        {
            await Task.Delay(system.Stragglers);
            state = await SettledAsync(reader, client, history, own, settings.Limits.Settle);
        }
        await recorder.WriteAsync(state);
        var found = HistoryChecker.Check(history, state, settings.Limits.Readiness);
        return new(history, state, [.. violations, .. found, .. backups is null ? [] : await backups.CheckAsync(history)]);
    }

    private async Task StopAsync(OutsideJobs jobs, OwnTraining training)
    {
        try
        {
            await Task.WhenAll(jobs.StopAsync(settings.Limits.Settle), training.StopAsync(settings.Limits.Settle));
        }
        catch (TimeoutException)
        {
            violations.Enqueue(new(Stuck, $"Requests were still repeated after {settings.Limits.Settle}."));
        }
    }

    /// <summary>Writes down what ended by itself, and starts again what is not there.</summary>
    private async Task ReviveAsync()
    {
        foreach (var ended in system.Ever.Where(process => process.EndedByItself))
        {
            violations.Enqueue(new(Died, $"{ended.Project} at {ended.Address} ended with exit code {ended.ExitCode}."));
        }
        foreach (var ended in system.Processes.Where(process => !process.IsRunning).ToList())
        {
            await system.ReplaceAsync(ended);
        }
    }

    private async Task StrikeAsync(IReadOnlyList<PlannedFault> plan)
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
            last[planned.Fault.Target] = StrikeAsync(planned, before);
            all.Add(last[planned.Fault.Target]);
        }
        await Task.WhenAll(all);
    }

    /// <summary>One fault, once what struck the same before it is healed; none any more when the time is up.</summary>
    private async Task StrikeAsync(PlannedFault planned, Task before)
    {
        await before;
        var at = recorder.Now;
        if (at > settings.Duration)
        {
            return;
        }
        try
        {
            await planned.Fault.Strike(planned.Hold);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            violations.Enqueue(new(NotBack, $"{planned}: {failure.Message}"));
        }
        recorder.Add(new FaultStruck(at, recorder.Now, planned.Fault.Name));
        say($"{at.TotalSeconds,6:0.0} s to {recorder.Now.TotalSeconds,6:0.0} s: {planned.Fault.Name}");
        await Patience.TrueAsync(async () =>
        {
            await system.WorkAsync(2 * planned.Hold);
            return true;
        });
    }
}
