using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Bench.Reporting;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Search;

namespace Trainyard.Bench.Store;

/// <summary>The time to filter and order a page of runs, as their number grows.</summary>
internal sealed class RunLists : IBenchmark
{
    private static readonly (string What, string Filter, string Order)[] Questions =
    [
        ("half of the runs match, ordered by the filtered metric", "metrics.val_loss < 2.5", "metrics.val_loss"),
        ("nearly all match, ordered by another metric, descending", "metrics.val_loss < 100", "metrics.accuracy desc"),
        ("one in a thousand matches", "metrics.val_loss < 0.15", "metrics.accuracy"),
        ("a metric that few runs have", "metrics.bleu > 0.5", "metrics.bleu desc"),
        ("ordered by a minimum", "min(metrics.val_loss) < 2.5", "min(metrics.val_loss) desc"),
        ("ordered by a parameter", "metrics.val_loss < 2.5", "params.lr"),
        ("ordered by a text parameter", "metrics.val_loss < 2.5", "params.optimizer desc"),
        ("runs of one experiment", "metrics.val_loss < 2.5 and experiment_id = 'exp-3'", "metrics.val_loss desc"),
        (
            "two conditions, together matching one in a thousand",
            "metrics.val_loss < 0.6 and metrics.accuracy > 0.97",
            "metrics.val_loss desc"),
        ("with NaN, newest first", "metrics.val_loss is nan", "created_at desc"),
        ("ordered by end time", "status = 'completed' and metrics.val_loss < 2.5", "end_time desc"),
        ("no run matches", "metrics.val_loss < 0 or params.optimizer = 'none'", "metrics.accuracy"),
        ("no condition", "", "metrics.val_loss"),
    ];

    private readonly Option<int> times = BenchmarkOption.Number("--times", 100, "reads of the first page");
    private readonly Option<int> pages = BenchmarkOption.Number("--pages", 20, "later pages to read");
    private readonly Option<int[]> runs = BenchmarkOption.Numbers("--runs", "numbers of runs", 1000, 10_000, 100_000);
    private readonly Option<string> question = BenchmarkOption.Text("--question", "", "ask only the questions whose names contain this");
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "list";

    public string Summary => "50 runs, filtered and ordered, over HTTP; p99 should be below 50 ms among 100,000 runs";

    public IEnumerable<Option> Options => [times, pages, runs, question, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (repeats, laterPages) = (options.GetValue(times), options.GetValue(pages));
        report.Columns("database", "runs", "question", "found", "p50 ms", "p99 ms", "later pages p50 ms", "p99 ms");
        foreach (var start in StoreTarget.All(options))
        {
            await using var target = await start();
            var stored = 0;
            foreach (var number in options.GetRequiredValue(runs))
            {
                var started = Stopwatch.GetTimestamp();
                for (; stored < number; stored += 250)
                {
                    var batch = Enumerable.Range(stored, Math.Min(250, number - stored)).SelectMany(Events);
                    await target.StoreAsync([.. batch], cancellationToken);
                }
                await target.Services.GetRequiredService<SortKeys>().CatchUpAsync(cancellationToken);
                report.Note($"{target.Name}: {number:N0} runs after {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s more");
                var text = options.GetRequiredValue(question);
                var selected = Questions.Where(candidate => candidate.What.Contains(text, StringComparison.Ordinal));
                foreach (var (what, filter, order) in selected)
                {
                    var (first, later, found) = (new Latencies(), new Latencies(), 0);
                    for (var warm = 0; warm < 5; warm++)
                    {
                        await PageAsync(filter, order, null, new Latencies());
                    }
                    for (var time = 0; time < repeats; time++)
                    {
                        (found, _) = await PageAsync(filter, order, null, first);
                    }
                    var cursor = default(string);
                    for (var page = 0; page <= laterPages && (page == 0 || cursor is not null); page++)
                    {
                        (_, cursor) = await PageAsync(filter, order, cursor, page == 0 ? new Latencies() : later);
                    }
                    report.Row(
                        target.Name, number, what, found, first.Percentile(50), first.Percentile(99),
                        later.Count == 0 ? "" : later.Percentile(50), later.Count == 0 ? "" : later.Percentile(99));
                }
            }

            async Task<(int Found, string? Cursor)> PageAsync(string filter, string order, string? cursor, Latencies latencies)
            {
                var filtered = filter.Length == 0 ? "" : $"&filter={Uri.EscapeDataString(filter)}";
                var query = $"order_by={Uri.EscapeDataString(order)}{filtered}{(cursor is null ? "" : $"&cursor={cursor}")}";
                var uri = new Uri($"/api/runs?limit=50&metrics=val_loss,accuracy&params=lr,optimizer&{query}", UriKind.Relative);
                var requested = Stopwatch.GetTimestamp();
                var body = await target.Http.GetByteArrayAsync(uri, cancellationToken);
                latencies.AddSince(requested);
                using var page = JsonDocument.Parse(body);
                return (page.RootElement.GetProperty("items").GetArrayLength(), page.RootElement.GetProperty("next_cursor").GetString());
            }
        }
    }

    /// <summary>All events of a run. Two runs in a thousand are still active.</summary>
    private static IEnumerable<RunEvent> Events(int number)
    {
        var random = new Random(number);
        var (run, time) = ($"run-{number:000000}", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(number));
        yield return new RunStarted
        {
            EventId = Guid.NewGuid(),
            RunId = run,
            Time = time,
            ExperimentId = $"exp-{number % 50}",
            Name = $"gpt {number}",
            Hyperparams = JsonSerializer.SerializeToElement(new
            {
                lr = Math.Pow(10, -1 - (4 * random.NextDouble())),
                layers = random.Next(1, 25),
                optimizer = random.Next(4) switch { 0 => "sgd", 1 => "lion", _ => "adamw" },
            }),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = number % 3 == 0 ? "nlp" : "vision" },
        };
        for (var step = 1; step <= 3; step++)
        {
            var values = new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["val_loss"] = random.Next(100) == 0 ? double.NaN : 5 * random.NextDouble(),
                ["accuracy"] = random.NextDouble(),
                ["train_loss"] = 5 * random.NextDouble(),
            };
            if (number % 200 == 0)
            {
                values["bleu"] = random.NextDouble();
            }
            yield return new MetricsLogged { EventId = Guid.NewGuid(), RunId = run, Time = time, Step = step, Measurements = values };
        }
        if (random.Next(500) > 0)
        {
            var status = random.Next(10) == 0 ? RunStatus.Failed : RunStatus.Completed;
            yield return new RunStopped { EventId = Guid.NewGuid(), RunId = run, Time = time, Status = status };
        }
    }
}
