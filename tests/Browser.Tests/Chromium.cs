using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Trainyard.Browser.Tests.Chromium))]

namespace Trainyard.Browser.Tests;

/// <summary>A real browser: the one of this machine. Without one the tests are skipped, and say so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    // On a machine with other work to do a page may take its time.
    private const float Patience = 30_000;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        if (Array.Find(Places, File.Exists) is { } path)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
        playwright?.Dispose();
    }

    /// <summary>A page of its own, whose errors are the test's.</summary>
    public async Task<IPage> OpenAsync(Uri address, List<string> errors, int width = 1440, int height = 900)
    {
        Assert.SkipWhen(browser is null, "There is no Chromium on this machine.");
        var page = await browser.NewPageAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            BaseURL = address.ToString(),
        });
        page.PageError += (_, error) => errors.Add(error);
        return page;
    }

    /// <summary>Keeps what the page looks like, beside the test's output.</summary>
    public static Task KeepAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", $"{name}.png") });
}
