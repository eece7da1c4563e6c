using System.Net;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>Visits every page, with something on it, and looks at it by axe's rules for WCAG 2.2 AA.</summary>
internal static class PageAudit
{
    private static readonly string[] Pages =
    [
        "/", "/?status=failed", "/?deleted=1&column=metrics.loss", "/runs/first", "/runs/first/charts?smoothing=0.5", "/runs/first/log",
        "/runs/first/media", "/runs/first/artifacts", "/runs/first/evaluation", "/runs/first/playground", "/runs/first/notes", "/runs/none",
        "/compare",
        "/compare?runs=first,second&by=spectral_norm", "/compare?runs=first,second&view=differences",
        "/compare?runs=first,second&view=groups&by=spectral_norm", "/compare?runs=first,second&view=parallel",
        "/compare?runs=first,second&view=scatter", "/experiments", "/experiments?deleted=1", "/experiments/study",
        "/experiments/study/sweep", "/experiments/study/details", "/tokenizers", "/tokenizers/none", "/new", "/alerts", "/events",
        "/system", "/settings", "/no-such-page",
    ];

    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
        // The others are long lists of what is right, and cost most of an audit's time.
        ResultTypes = [ResultType.Violations],
    };

    /// <summary>Posts what the pages show: two runs and an experiment.</summary>
    public static async Task FillAsync(TrainyardProcess standalone)
    {
        using var client = new TrainyardClient(standalone.Address);
        foreach (var (run, norm) in ((string, string)[])[("first", "true"), ("second", "false")])
        {
            Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync($$$"""
                [{"event":"ml.run.start","trial_id":"{{{run}}}",
                  "metadata":{"name":"{{{run}}}","spectral_norm":{{{norm}}},"hyperparams":{"lr":0.1}},"tags":{"team":"nlp"}},
                 {"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":1},
                  "measurements":{"loss":2,"val_loss":"NaN","learning_rate":0.1}},
                 {"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":2},
                  "measurements":{"loss":1,"val_loss":2,"learning_rate":0.2}},
                 {"event":"ml.run.media","trial_id":"{{{run}}}","metadata":{"kind":"text","name":"sample","step":1,"content":"once"} },
                 {"event":"ml.run.media","trial_id":"{{{run}}}","metadata":{"kind":"text","name":"sample","step":2,"content":"twice"} },
                 {"event":"ml.run.media","trial_id":"{{{run}}}",
                  "metadata":{"kind":"table","name":"words","step":1,"content":{"columns":["word","score"],"rows":[["cat",0.5]]} } },
                 {"event":"ml.run.media","trial_id":"{{{run}}}",
                  "metadata":{"kind":"histogram","name":"weights","step":1,"content":{"values":[1,2,2,3]} } },
                 {"event":"ml.run.media","trial_id":"{{{run}}}",
                  "metadata":{"kind":"histogram","name":"weights","step":2,"content":{"values":[2,3,3,"NaN"]} } },
                 {"event":"ml.run.media","trial_id":"{{{run}}}","metadata":{"kind":"image","name":"pixel","step":1,
                  "content":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="} },
                 {"event":"ml.run.log","trial_id":"{{{run}}}","metadata":{"level":"error","message":"out of memory"}},
                 {"event":"ml.run.log","trial_id":"{{{run}}}","metadata":{"level":"warning","message":"slow"}},
                 {"event":"ml.run.checkpoint","trial_id":"{{{run}}}","measurements":{"val_loss":2},
                  "metadata":{"path":"/elsewhere/model.pt","step":2,"is_best":true}},
                 {"event":"ml.run.artifact","trial_id":"{{{run}}}","metadata":{"path":"plot.png","kind":"plot","size":10}}]
                """));
        }
        await client.PostAsync("/api/experiments", new { experiment_id = "study", name = "study", folder = "nlp/ablation" });
    }

    /// <returns>What is wrong, a line each.</returns>
    public static async Task<IReadOnlyList<string>> VisitAllAsync(IPage page)
    {
        List<string> violations = [];
        foreach (var address in Pages)
        {
            await page.GotoAsync(address);
            await ReadAsync(page);
            violations.AddRange(await ViolationsAsync(page, address));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0)
            {
                violations.Add($"{address} is wider than the window.");
            }
        }
        await page.GotoAsync("/");
        await ReadAsync(page);
        await page.GetByLabel("Select all").CheckAsync();
        violations.AddRange(await ViolationsAsync(page, "/ with runs chosen"));
        await page.GetByText("Views", new() { Exact = true }).ClickAsync();
        violations.AddRange(await ViolationsAsync(page, "/ with its views"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).ClickAsync();
        violations.AddRange(await ViolationsAsync(page, "/ with its help"));
        return violations;
    }

    /// <summary>Waits until the page has what it asked for.</summary>
    private static async Task ReadAsync(IPage page)
    {
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Expect(page.GetByText("…", new() { Exact = true })).ToHaveCountAsync(0);
    }

    private static async Task<IEnumerable<string>> ViolationsAsync(IPage page, string address) =>
        from violation in (await page.RunAxe(Rules)).Violations
        from node in violation.Nodes
        select $"{address}: {violation.Id}, {violation.Help}: {node.Html} "
            + $"({string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))})";
}
