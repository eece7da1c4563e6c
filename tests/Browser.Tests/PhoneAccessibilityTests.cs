namespace Trainyard.Browser.Tests;

/// <summary>The same on a phone, in a class of its own: it runs beside the other.</summary>
public sealed class PhoneAccessibilityTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task Every_page_can_be_used_by_everybody()
    {
        await using var standalone = await StartAsync();
        await PageAudit.FillAsync(standalone);
        var page = await OpenAsync(standalone, width: 390, height: 844);

        Assert.Empty(await PageAudit.VisitAllAsync(page));
        Assert.Empty(Errors);
    }
}
