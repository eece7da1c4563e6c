using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>From nothing to a trained model without leaving the page: a tokenizer, then a run.</summary>
public sealed partial class WorkshopTests(Chromium chromium) : BrowserTest(chromium)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task A_tokenizer_and_then_a_model_are_trained_through_their_forms()
    {
        await using var standalone = await StartAsync();
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Train a model" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Train one" }).ClickAsync();

        await TrainTokenizerAsync(page);
        await TryTokenizerAsync(page);
        await StartRunAsync(page);

        await Expect(page).ToHaveURLAsync(RunPage());
        await Expect(page.GetByText("[✓ COMPLETED]").First).ToBeVisibleAsync(new() { Timeout = Patience });

        // The next estimate rests on that run, and its config can be had again.
        await page.GetByRole(AriaRole.Button, new() { Name = "copy to new run" }).ClickAsync();
        await Expect(page.GetByLabel("Max steps")).ToHaveValueAsync("30");
        await Expect(page.GetByText("from 1 run of this size on this machine")).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "new-run-like");
        Assert.Empty(Errors);
    }

    private static async Task TrainTokenizerAsync(IPage page)
    {
        var train = page.GetByRole(AriaRole.Button, new() { Name = "train", Exact = true });
        await page.GetByLabel("Vocabulary").FillAsync("12");
        await Expect(page.GetByText("✗ must be from 256")).ToBeVisibleAsync();
        await Expect(train).ToBeDisabledAsync();
        await page.GetByLabel("Vocabulary").FillAsync("512");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("letters");
        await page.GetByLabel("Corpus").FillAsync("no-such-folder");
        await train.ClickAsync();
        await Expect(page.GetByText("DATA_NOT_FOUND")).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "tokenizers-refused");
        await page.GetByLabel("Corpus").FillAsync("docs");
        await train.ClickAsync();
        await Expect(page.GetByText("[✓ COMPLETED]")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByText("tokens per word")).ToBeVisibleAsync();
    }

    private static async Task TryTokenizerAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Text", Exact = true }).FillAsync("the store ü<|endoftext|>");
        var tokens = page.Locator("[data-kind]");
        await Expect(page.Locator("[data-kind=special]")).ToHaveTextAsync("<|endoftext|>");
        await Expect(page.Locator("[data-kind=bytes]").First).ToHaveTextAsync("⟨c3⟩");
        await Expect(page.GetByText($"{await tokens.CountAsync()} tokens", new() { Exact = true })).ToBeVisibleAsync();
        await tokens.Last.FocusAsync();
        await Expect(page.GetByText(": id 0, written")).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "tokenizer");
        await page.GetByLabel("ids").FillAsync("[0, 999999]");
        await page.GetByRole(AriaRole.Button, new() { Name = "decode" }).ClickAsync();
        await Expect(page.GetByText("CONFIG_INVALID")).ToBeVisibleAsync();
        await page.GetByLabel("ids").FillAsync("0 0");
        await page.GetByRole(AriaRole.Button, new() { Name = "decode" }).ClickAsync();
        await Expect(page.GetByText("\"<|endoftext|><|endoftext|>\"")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("[data-kind=special]")).ToHaveTextAsync("<|endoftext|>");
    }

    private static async Task StartRunAsync(IPage page)
    {
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("n");
        await page.GetByRole(AriaRole.Button, new() { Name = "first look" }).ClickAsync();
        await Expect(page.GetByText("No run has been measured on this machine yet.")).ToBeVisibleAsync();
        var start = page.GetByRole(AriaRole.Button, new() { Name = "start training" });
        await page.GetByLabel("Learning rate").FillAsync("2");
        await Expect(page.GetByText("✗ must be above 0 and at most 1")).ToBeVisibleAsync();
        await Expect(start).ToBeDisabledAsync();
        await page.GetByLabel("Learning rate").FillAsync("0.003");
        await page.GetByLabel("Max steps").FillAsync("30");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("it's mine");
        await page.GetByLabel("Corpus").FillAsync("../elsewhere");
        await start.ClickAsync();
        await Expect(page.GetByText("PATH_FORBIDDEN")).ToBeVisibleAsync();
        await page.GetByLabel("Corpus").FillAsync("docs");
        await Expect(page.GetByText("parameters", new() { Exact = true })).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "new-run");
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("it's mine");
        await start.ClickAsync();
    }

    [GeneratedRegex("/runs/run-[a-z0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RunPage();
}
