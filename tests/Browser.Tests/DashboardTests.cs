using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>The dashboard in a real browser, on a real Standalone that really trains.</summary>
public sealed partial class DashboardTests(Chromium chromium) : BrowserTest(chromium)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task A_run_appears_by_itself_its_chart_fills_and_it_can_be_cancelled()
    {
        await using var standalone = await StartAsync();
        using var client = new TrainyardClient(standalone.Address);
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/");
        await Expect(page.GetByText("No runs yet.")).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "overview-empty");

        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var runId = await client.StartRunAsync(new
        {
            name = "watched",
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = 100_000,
            checkpoint_every = 50,
            log_every = 5,
            threads = 1,
        });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "watched" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByText("[● RUNNING]")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "overview");

        await page.GetByRole(AriaRole.Link, new() { Name = "watched" }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(standalone.Address, $"/runs/{runId}").ToString());
        await Expect(page.GetByRole(AriaRole.Slider, new() { NameRegex = Loss() })).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByText("★ best")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "run");

        page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "cancel" }).ClickAsync();
        await Expect(page.GetByText("[■ CANCELLED]").First).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task It_says_that_it_lost_the_connection_and_reads_what_it_missed()
    {
        var standalone = await StartAsync();
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/");
        await Expect(page.GetByText("[● LIVE]")).ToBeVisibleAsync();
        await standalone.StopAsync();
        await Expect(page.GetByText("[✗ DISCONNECTED, RECONNECTING]")).ToBeVisibleAsync(new() { Timeout = Patience });

        await using var again = await standalone.StartAgainAsync();
        await standalone.DisposeAsync();
        using var client = new TrainyardClient(again.Address);
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
            """{"event":"ml.run.start","trial_id":"missed","metadata":{"name":"missed"}}"""));

        await Expect(page.GetByText("[● LIVE]")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "missed" }).First).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task It_goes_by_keys_alone_and_on_a_phone()
    {
        await using var standalone = await StartAsync();
        using var client = new TrainyardClient(standalone.Address);
        foreach (var run in (string[])["older", "newer"])
        {
            Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
                $$$"""{"event":"ml.run.metric","trial_id":"{{{run}}}","measurements":{"loss":0.5}}"""));
        }
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "help");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("attributes.run_id = \"older\"");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        Assert.Contains("filter=", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Row).Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Uri(standalone.Address, "/runs/older").ToString());
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("s");
        await Expect(page).ToHaveURLAsync(new Uri(standalone.Address, "/settings").ToString());

        await page.SetViewportSizeAsync(390, 844);
        await page.GotoAsync("/runs/older");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "older" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await Chromium.KeepAsync(page, "run-phone");
        Assert.Empty(Errors);
    }

    [GeneratedRegex("^train_loss:", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Loss();
}
