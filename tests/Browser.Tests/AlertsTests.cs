using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>What a person is told of, in the page, by the browser and elsewhere; and what happens meanwhile.</summary>
public sealed class AlertsTests(Chromium chromium) : BrowserTest(chromium)
{
    private const float Patience = 30_000;

    [Fact]
    public async Task A_rule_fires_is_told_everywhere_and_is_seen()
    {
        var posted = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await ReceiverAsync(posted);
        await using var standalone = await StartAsync(
            ("SYSTEM__SAMPLE_SECONDS", "0.5"), ("ALERTS__WEBHOOK_RETRY_SECONDS", "0.1"), ("OUTBOUND__ALLOWED_NETWORKS", "127.0.0.0/8"));
        using var client = new TrainyardClient(standalone.Address);
        var page = await OpenAsync(standalone);
        await page.Context.GrantPermissionsAsync(["notifications"]);
        // The browser of a test shows no notifications: what would be shown is written down instead.
        await page.AddInitScriptAsync("""
            window.told = [];
            window.Notification = class {
              constructor(title, { body }) { window.told.push(`${title}: ${body}`); }
              static permission = "granted";
              static requestPermission() { return Promise.resolve("granted"); }
            };
            """);
        await page.GotoAsync("/");
        await Expect(page.GetByText("[● LIVE]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("a");

        await page.GetByLabel("Metric").FillAsync("loss");
        var watch = page.GetByRole(AriaRole.Button, new() { Name = "watch" });
        await Expect(watch).ToBeDisabledAsync();
        await page.GetByLabel("Threshold").FillAsync("2");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true }).FillAsync("runs away");
        await page.GetByText("more").ClickAsync();
        await page.GetByLabel("Webhook").FillAsync("not an address");
        await watch.ClickAsync();
        await Expect(page.GetByText("✗ must be an http or https address").First).ToBeVisibleAsync();
        await page.GetByLabel("Webhook").FillAsync(receiver.Urls.First() + "/hook");
        await watch.ClickAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Rules" })).ToContainTextAsync("loss is above 2");
        await page.GetByRole(AriaRole.Button, new() { Name = "notifications" }).ClickAsync();
        await Expect(page.GetByText("This browser shows alerts while")).ToBeVisibleAsync();

        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
            """{"event":"ml.run.metric","trial_id":"wild","metadata":{"step":7},"measurements":{"loss":3}}"""));

        await Expect(page.GetByText("loss is above 2: 3 at step 7.").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Unseen alerts: 1" })).ToBeVisibleAsync();
        Assert.Equal(["runs away · wild: loss is above 2: 3 at step 7."], await page.EvaluateAsync<string[]>("window.told"));
        Assert.Contains(
            "runs away: wild: loss is above 2: 3 at step 7.",
            await posted.Task.WaitAsync(TimeSpan.FromSeconds(30)),
            StringComparison.Ordinal);
        await Chromium.KeepAsync(page, "alerts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as seen: loss" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Unseen alerts" })).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await Expect(page.GetByText("→ 127.0.0.1 ✓")).ToBeVisibleAsync();
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task What_happens_is_shown_as_it_happens_and_the_machine_too()
    {
        await using var standalone = await StartAsync(
            ("SYSTEM__SAMPLE_SECONDS", "0.5"), ("ALERTS__WEBHOOK_RETRY_SECONDS", "0.1"), ("OUTBOUND__ALLOWED_NETWORKS", "127.0.0.0/8"));
        using var client = new TrainyardClient(standalone.Address);
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/events");
        await Expect(page.GetByText("[● LIVE]")).ToBeVisibleAsync();
        var lines = page.GetByRole(AriaRole.Region, new() { Name = "Newest events" }).GetByRole(AriaRole.Listitem);
        foreach (var run in (string[])["one", "two"])
        {
            Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync($$$"""
                [{"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":7},"measurements":{"loss":3}},
                 {"event":"ml.run.log","trial_id":"{{{run}}}","metadata":{"level":"warning","message":"slow {{{run}}}"}}]
                """));
        }
        await Expect(page.GetByText("step 7: loss 3")).ToHaveCountAsync(2, new() { Timeout = Patience });
        await Expect(page.GetByText("warning: slow one")).ToBeVisibleAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("log");
        await Expect(lines).ToHaveCountAsync(2);
        await page.GetByLabel("Run", new() { Exact = true }).FillAsync("two");
        await Expect(lines).ToHaveCountAsync(1);
        await Chromium.KeepAsync(page, "events");
        await page.GetByRole(AriaRole.Button, new() { Name = "pause" }).ClickAsync();
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
            """{"event":"ml.run.log","trial_id":"two","metadata":{"message":"unheard"}}"""));
        await client.UntilAsync("/api/runs/two/logs", tail => tail["logs"]?.AsArray().Count == 2, TimeSpan.FromSeconds(30));
        await Expect(lines).ToHaveCountAsync(1);

        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("y");
        await Expect(page.GetByText("✓ healthy")).Not.ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "CPU: machine" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.GetByLabel("Time range").SelectOptionAsync("24");
        Assert.Contains("hours=24", page.Url, StringComparison.Ordinal);
        await Chromium.KeepAsync(page, "system");
        Assert.Empty(Errors);
    }

    private static async Task<WebApplication> ReceiverAsync(TaskCompletionSource<string> posted)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            posted.TrySetResult(await reader.ReadToEndAsync());
        });
        await app.StartAsync();
        return app;
    }
}
