using System.Net;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>The list of runs: what is in it, in which order, and what is done with several at once.</summary>
public sealed class OverviewTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task Runs_are_ordered_chosen_tagged_deleted_and_brought_back_and_the_view_is_kept()
    {
        await using var standalone = await StartAsync();
        using var client = new TrainyardClient(standalone.Address);
        foreach (var (run, loss, rate) in ((string, double, double)[])[("alpha", 2.5, 0.1), ("beta", 0.5, 0.3), ("gamma", 1.5, 0.2)])
        {
            Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(FormattableString.Invariant($$$"""
                [{"event":"ml.run.start","trial_id":"{{{run}}}","metadata":{"name":"{{{run}}}","hyperparams":{"rate":{{{rate}}} } } },
                 {"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":1},"measurements":{"accuracy":{{{loss}}} } }]
                """)));
        }
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/");
        var rows = page.GetByRole(AriaRole.Row);
        await Expect(rows).ToHaveCountAsync(4);

        // A column and an order, kept as a view under a name, found again from elsewhere.
        var column = page.GetByLabel("Add a column");
        await column.FillAsync("accuracy");
        await column.PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(4);
        Assert.DoesNotContain("column=", page.Url, StringComparison.Ordinal);
        await column.FillAsync("metrics.accuracy");
        await column.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "accuracy", Exact = true }).ClickAsync();
        await Expect(rows.Nth(1)).ToContainTextAsync("beta");
        await Expect(rows.Nth(3)).ToContainTextAsync("alpha");
        await page.GetByText("Views", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Name of this view").FillAsync("least first");
        await page.GetByRole(AriaRole.Button, new() { Name = "save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "least first" })).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "overview-views");
        await page.GotoAsync("/settings");
        await page.GetByText("Views", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "least first" }).ClickAsync();
        await Expect(rows.Nth(1)).ToContainTextAsync("beta");

        // By keyboard: two rows are chosen, tagged and deleted, one of them locked and so left.
        await rows.Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByText("2 runs", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Selected runs" }).GetByRole(AriaRole.Link, new() { Name = "Compare" }))
            .ToHaveAttributeAsync("href", "/compare?runs=beta,gamma");
        await page.GetByLabel("Add tags").FillAsync("team=nlp, keep");
        await Chromium.KeepAsync(page, "overview-chosen");
        await page.GetByLabel("Add tags").PressAsync("Enter");
        await Expect(page.GetByText("2 runs tagged.")).ToBeVisibleAsync();
        await Expect(page.GetByText("team=nlp")).ToHaveCountAsync(2);

        await page.GetByLabel("Select beta").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "lock", Exact = true }).ClickAsync();
        await Expect(page.GetByText("1 run locked.")).ToBeVisibleAsync();
        await page.GetByLabel("Select all").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText("2 runs deleted.")).ToBeVisibleAsync();
        await Expect(page.GetByText("1 run of 3 not changed")).ToBeVisibleAsync();
        await Expect(rows).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "deleted", Exact = true }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(3);
        await page.GetByLabel("Select alpha").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "restore" }).ClickAsync();
        await Expect(page.GetByText("1 run restored.")).ToBeVisibleAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await page.GotoAsync("/?filter=al");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.Nth(1)).ToContainTextAsync("alpha");
        await page.GotoAsync("/?filter=metrics.accuracy%20%3C");
        await Expect(page.GetByText("It is not a filter: ")).ToBeVisibleAsync();
        Assert.Empty(Errors);
    }

}
