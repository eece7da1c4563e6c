using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>The pages on a desk can be used by everybody.</summary>
public sealed class AccessibilityTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task Every_page_can_be_used_by_everybody()
    {
        await using var standalone = await StartAsync();
        await PageAudit.FillAsync(standalone);
        var page = await OpenAsync(standalone);

        Assert.Empty(await PageAudit.VisitAllAsync(page));
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task Nothing_moves_for_those_who_asked_for_that()
    {
        await using var standalone = await StartAsync();
        await PageAudit.FillAsync(standalone);
        var page = await OpenAsync(standalone);
        await page.GotoAsync("/");
        await Expect(page.Locator(".live").First).ToHaveCSSAsync("animation-name", "breathe");
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await Expect(page.Locator(".live").First).ToHaveCSSAsync("animation-name", "none");
        Assert.Empty(Errors);
    }
}
