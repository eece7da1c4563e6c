using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>Every view of a run that Trainyard has really trained.</summary>
public sealed partial class RunViewsTests(Chromium chromium) : BrowserTest(chromium)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task A_trained_run_can_be_looked_into_written_with_evaluated_and_put_in_order()
    {
        await using var standalone = await StartAsync();
        using var client = new TrainyardClient(standalone.Address);
        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var runId = await client.StartRunAsync(new
        {
            name = "small",
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = 60,
            checkpoint_every = 20,
            eval_every = 20,
            log_every = 5,
            threads = 1,
        });
        var page = await OpenAsync(standalone);
        await page.GotoAsync($"/runs/{runId}");
        await Expect(page.GetByText("[✓ COMPLETED]").First).ToBeVisibleAsync(new() { Timeout = Patience });

        await ChartsAsync(page);
        await LogAsync(page);
        await ArtifactsAsync(page);
        await EvaluationAsync(page);
        await PlaygroundAsync(page);
        await OrganisingAsync(page);
        Assert.Empty(Errors);
    }

    private static async Task ChartsAsync(IPage page)
    {
        await ShowAsync(page, "Charts");
        await Expect(page.GetByText("val 3")).ToBeVisibleAsync();
        await Expect(page.GetByText("sample 4")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Slider, new() { NameRegex = TrainLoss() })).ToBeVisibleAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "run-charts");

        await page.GetByRole(AriaRole.Button, new() { Name = "log", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search series" }).FillAsync("LOSS");
        await Expect(page.GetByRole(AriaRole.Slider, new() { NameRegex = Curve() })).ToHaveCountAsync(2);
        await Expect(page).ToHaveURLAsync(LogScale());

        // By keyboard: to the first value, and a closer look around it, which all charts then take, and so does the address.
        await page.GetByRole(AriaRole.Slider, new() { NameRegex = TrainLoss() }).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(page.GetByText("step 1").First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("+");
        await Expect(page).ToHaveURLAsync(Zoomed());
        await page.ReloadAsync();
        await Expect(page.GetByText("steps 1–")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Slider, new() { NameRegex = Curve() })).ToHaveCountAsync(2);

        var saved = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = "Save train_loss as PNG" }).ClickAsync());
        Assert.Equal("train_loss.png", saved.SuggestedFilename);
    }

    private static async Task LogAsync(IPage page)
    {
        await ShowAsync(page, "Log");
        await Expect(page.GetByText("Completed after step 60.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the log" }).FillAsync("saved CHECKPOINT");
        await Expect(page.GetByText("3 lines")).ToBeVisibleAsync();
        await Expect(page.GetByText("Completed after step 60.")).ToHaveCountAsync(0);
        await Chromium.KeepAsync(page, "run-log");
    }

    private static async Task ArtifactsAsync(IPage page)
    {
        await ShowAsync(page, "Artifacts");
        await page.GetByRole(AriaRole.Button, new() { Name = "config.json", Exact = true }).ClickAsync();
        await Expect(page.GetByText("\"model_type\": \"gpt2\"")).ToBeVisibleAsync();
        var saved = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "↓ model.safetensors", Exact = true }).ClickAsync());
        Assert.Equal("model.safetensors", saved.SuggestedFilename);
        await Chromium.KeepAsync(page, "run-artifacts");
    }

    private static async Task EvaluationAsync(IPage page)
    {
        await ShowAsync(page, "Evaluation");
        var form = page.GetByRole(AriaRole.Region, new() { Name = "Evaluate", Exact = true });
        await form.GetByLabel("on", new() { Exact = true }).FillAsync("../elsewhere");
        await form.GetByRole(AriaRole.Button, new() { Name = "evaluate" }).ClickAsync();
        await Expect(form.GetByText("PATH_FORBIDDEN")).ToBeVisibleAsync();

        await form.GetByLabel("on", new() { Exact = true }).FillAsync("validation");
        await form.GetByLabel("max tokens").FillAsync("2000");
        await form.GetByLabel("samples").FillAsync("2");
        await form.GetByRole(AriaRole.Button, new() { Name = "evaluate" }).ClickAsync();
        await Expect(page.GetByText("Evaluated step 60 on validation")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByText("accuracy_top5")).ToBeVisibleAsync();
        var samples = page.GetByRole(AriaRole.Region, new() { Name = "Samples", Exact = true });
        await Expect(samples.GetByRole(AriaRole.Figure).Nth(1)).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "run-evaluation");
    }

    private static async Task PlaygroundAsync(IPage page)
    {
        await ShowAsync(page, "Playground");
        await page.GetByLabel("Prompt").FillAsync("The store");
        await page.GetByLabel("seed").FillAsync("7");
        var generate = page.GetByRole(AriaRole.Button, new() { Name = "generate" });
        await generate.ClickAsync();
        await Expect(page.GetByText("done, seed 7")).ToBeVisibleAsync(new() { Timeout = Patience });
        var written = await page.GetByLabel("Generated text").InnerTextAsync();
        Assert.StartsWith("The store", written, StringComparison.Ordinal);
        Assert.True(written.Length > "The store".Length + 20, written);
        await Chromium.KeepAsync(page, "run-playground");

        await page.GetByLabel("tokens").FillAsync("4096");
        await generate.ClickAsync();
        await Expect(page.GetByText("generating")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "stop" }).ClickAsync();
        await Expect(page.GetByText("stopped")).ToBeVisibleAsync();
    }

    private static async Task OrganisingAsync(IPage page)
    {
        await ShowAsync(page, "Notes & tags");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("a better name");
        await page.GetByLabel("Tags, a line each").FillAsync("team=nlp\nteam=vision");
        var save = page.GetByRole(AriaRole.Button, new() { Name = "save" });
        await save.ClickAsync();
        await Expect(page.GetByText("There are two tags called team.")).ToBeVisibleAsync();
        await page.GetByLabel("Tags, a line each").FillAsync("team=nlp\nkeep");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Notes" }).FillAsync("Learns slowly.");
        await save.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "a better name" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Notes" })).ToHaveValueAsync("Learns slowly.");
        await Expect(page.GetByLabel("Tags, a line each")).ToHaveValueAsync("keep\nteam=nlp");
        await Chromium.KeepAsync(page, "run-notes");

        await page.GetByRole(AriaRole.Button, new() { Name = "locked" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "delete" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "locked" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "delete" }).ClickAsync();
        await Expect(page.GetByText("No runs yet.")).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "a better name" })).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    private static Task ShowAsync(IPage page, string view) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Views of the run" })
            .GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).ClickAsync();

    [GeneratedRegex(": arrow keys", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Curve();

    [GeneratedRegex("^train_loss:", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TrainLoss();

    [GeneratedRegex("scale=log.*series=LOSS|series=LOSS.*scale=log", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogScale();

    [GeneratedRegex("from=1&to=[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Zoomed();
}
