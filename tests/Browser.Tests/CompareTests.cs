using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>Two runs that were really trained beside each other, and two of a job elsewhere, with spectral norm and without.</summary>
public sealed partial class CompareTests(Chromium chromium) : BrowserTest(chromium)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Two_runs_are_compared_by_their_curves_differences_and_groups()
    {
        await using var standalone = await StartAsync();
        using var client = new TrainyardClient(standalone.Address);
        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var (slow, fast) = (
            await StartAsync(client, tokenizer, "slow", learningRate: 0.0005),
            await StartAsync(client, tokenizer, "fast", learningRate: 0.002));
        foreach (var (run, norm, loss) in ((string, string, string)[])[("with", "true", "1"), ("without", "false", "2")])
        {
            Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync($$$"""
                [{"event":"ml.run.start","trial_id":"{{{run}}}","metadata":{"spectral_norm":{{{norm}}} } },
                 {"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":1},"measurements":{"val_loss":{{{loss}}} } }]
                """));
        }
        var page = await OpenAsync(standalone);

        // Chosen in the list, seen in one chart, live to their ends.
        await page.GotoAsync("/");
        await page.GetByLabel("Select slow").CheckAsync();
        await page.GetByLabel("Select fast").CheckAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "Selected runs" })
            .GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        var compared = page.GetByRole(AriaRole.List, new() { Name = "Compared runs" });
        await Expect(compared.GetByText("[✓ COMPLETED]")).ToHaveCountAsync(2, new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Slider, new() { NameRegex = TrainLoss() })).ToBeVisibleAsync(new() { Timeout = Patience });
        var legend = page.GetByRole(AriaRole.List, new() { Name = "Values" }).First.GetByRole(AriaRole.Listitem);
        await Expect(legend).ToHaveCountAsync(2);
        await Chromium.KeepAsync(page, "compare-curves");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show slow" }).ClickAsync();
        await Expect(legend).ToHaveCountAsync(1);
        await page.ReloadAsync();
        await Expect(legend).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show slow" }).ClickAsync();

        await ViewAsync(page, "differences");
        var differences = page.GetByRole(AriaRole.Region, new() { Name = "Differences" });
        await Expect(differences.GetByRole(AriaRole.Rowheader, new() { Name = "learning_rate" }).First).ToBeVisibleAsync();
        await Expect(differences.GetByRole(AriaRole.Rowheader, new() { Name = "optimizer" })).ToHaveCountAsync(0);
        await Expect(differences.GetByText("★")).Not.ToHaveCountAsync(0);
        await Chromium.KeepAsync(page, "compare-differences");
        await page.GetByRole(AriaRole.Button, new() { Name = "equal parameters" }).ClickAsync();
        await Expect(differences.GetByRole(AriaRole.Rowheader, new() { Name = "optimizer" })).ToBeVisibleAsync();
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "csv" }).ClickAsync());
        Assert.Contains("learning_rate,0.002,0.0005", await File.ReadAllTextAsync(await saved.PathAsync()), StringComparison.Ordinal);

        // What spectral norm brings is one click away.
        await page.GotoAsync("/compare?runs=with,without");
        await page.GetByRole(AriaRole.Button, new() { Name = "spectral norm on/off" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "spectral_norm on" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "spectral_norm off" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = OfEveryRun() }).Locator("circle")).ToHaveCountAsync(2);
        await Chromium.KeepAsync(page, "compare-groups");

        await page.GotoAsync($"/compare?runs={slow},{fast}&view=parallel");
        await Expect(page.GetByText("2 of 2 runs")).ToBeVisibleAsync();
        await page.GetByLabel("params.learning_rate to").FillAsync("0.4");
        await Expect(page.GetByText("1 of 2 runs: slow")).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "compare-parallel");
        await page.ReloadAsync();
        await Expect(page.GetByText("1 of 2 runs: slow")).ToBeVisibleAsync();

        await ViewAsync(page, "scatter");
        await page.GetByLabel("across").SelectOptionAsync("metrics.train_loss");
        var dot = page.GetByRole(AriaRole.Link, new() { NameRegex = FastDot() });
        await Expect(dot).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "compare-scatter");
        await dot.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Uri(standalone.Address, $"/runs/{fast}").ToString());

        // A run is added by a part of its name, and one that isn't there is said not to be.
        await page.GotoAsync($"/compare?runs={slow},none");
        await Expect(page.GetByText("RUN_NOT_FOUND")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("fas");
        await page.Keyboard.PressAsync("Enter");
        await Expect(compared.GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        Assert.Empty(Errors);
    }

    private static Task<string> StartAsync(TrainyardClient client, string tokenizer, string name, double learningRate) =>
        client.StartRunAsync(new
        {
            name,
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = 40,
            eval_every = 20,
            log_every = 5,
            threads = 1,
            learning_rate = learningRate,
        });

    private static Task ViewAsync(IPage page, string view) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Views of the comparison" })
            .GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).ClickAsync();

    [GeneratedRegex("^train_loss:", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TrainLoss();

    [GeneratedRegex("of every run", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfEveryRun();

    [GeneratedRegex("^fast:", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FastDot();
}
