using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>An experiment made through the page, with a sweep that really trains.</summary>
public sealed class ExperimentsTests(Chromium chromium) : BrowserTest(chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task An_experiment_is_made_swept_looked_into_deleted_and_brought_back()
    {
        await using var standalone = await StartAsync();
        using var client = new TrainyardClient(standalone.Address);
        await client.TrainTokenizerAsync("docs", 512);
        var page = await OpenAsync(standalone);

        await page.GotoAsync("/");
        await Expect(page.GetByText("[● LIVE]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("e");
        await Expect(page.GetByText("No experiments here yet.")).ToBeVisibleAsync();
        var form = page.GetByRole(AriaRole.Region, new() { Name = "New experiment", Exact = true });
        await form.GetByLabel("Name").FillAsync("rates");
        await form.GetByLabel("Folder").FillAsync("a/../b");
        await form.GetByRole(AriaRole.Button, new() { Name = "create" }).ClickAsync();
        await Expect(form.GetByText("CONFIG_INVALID")).ToBeVisibleAsync();
        await form.GetByLabel("Folder").FillAsync("nlp/ablation");
        await form.GetByRole(AriaRole.Button, new() { Name = "create" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "rates" })).ToBeVisibleAsync();

        await SweepAsync(page);
        await ViewAsync(page, "Runs");
        await Expect(page.GetByRole(AriaRole.Row)).Not.ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Values" }).GetByRole(AriaRole.Listitem))
            .ToHaveCountAsync(4, new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Importance for" })
            .GetByRole(AriaRole.Rowheader, new() { Name = "learning_rate" })).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "experiment");

        await ViewAsync(page, "Details");
        await page.GetByLabel("Description").FillAsync("Which rate is best?");
        await page.GetByRole(AriaRole.Button, new() { Name = "save" }).Last.ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "delete with its runs" }).ClickAsync();
        await Expect(page.GetByText("rates and its runs are deleted.")).ToBeVisibleAsync();
        await Expect(page.GetByText("No experiments here yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "rates" })).ToBeVisibleAsync();
        await Expect(page.GetByText("4 completed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "nlp/", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Experiments in nlp" })).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "experiments");
        Assert.Empty(Errors);
    }

    private static async Task SweepAsync(IPage page)
    {
        await ViewAsync(page, "Sweep");
        await page.GetByLabel("Sampler").SelectOptionAsync("grid");
        await Expect(page.GetByText("5 points in the grid")).ToBeVisibleAsync();
        await page.GetByLabel("Points").FillAsync("1");
        await Expect(page.GetByText("needs at least 2 points for a grid")).ToBeVisibleAsync();
        var start = page.GetByRole(AriaRole.Button, new() { Name = "start the sweep" });
        await Expect(start).ToBeDisabledAsync();
        await page.GetByLabel("Points").FillAsync("4");
        await page.GetByLabel("Max trials").FillAsync("");
        await page.GetByLabel("Steps", new() { Exact = true }).FillAsync("20");
        await page.GetByLabel("Evaluate every").FillAsync("10");
        await page.GetByLabel("Corpus").FillAsync("no-such-folder");
        await start.ClickAsync();
        await Expect(page.GetByText("DATA_NOT_FOUND")).ToBeVisibleAsync();
        await page.GetByLabel("Corpus").FillAsync("docs");
        await Chromium.KeepAsync(page, "sweep-new");
        await start.ClickAsync();
        await Expect(page.GetByText("[FINISHED]")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByText("[✓ COMPLETED]")).ToHaveCountAsync(4, new() { Timeout = Patience });
        await Expect(page.GetByText("★ best")).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "The best of 4 trials is" })).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "sweep");
    }

    private static Task ViewAsync(IPage page, string view) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Views of the experiment" })
            .GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).ClickAsync();
}
