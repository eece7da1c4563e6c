using Trainyard.Harness.Processes;

namespace Trainyard.Browser.Tests;

/// <summary>What every test of the dashboard has: a data folder for a real Standalone, and what went wrong in the page.</summary>
public abstract class BrowserTest(Chromium chromium) : IDisposable
{
    private readonly TemporaryFolder data = new();

    /// <summary>Errors no script of the page has caught.</summary>
    protected List<string> Errors { get; } = [];

    public void Dispose()
    {
        data.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task<Microsoft.Playwright.IPage> OpenAsync(TrainyardProcess standalone, int width = 1440, int height = 900) =>
        chromium.OpenAsync(standalone.Address, Errors, width, height);

    protected Task<TrainyardProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var environment = settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        environment["APP__DATA_ROOT"] = data.Path;
        return TrainyardProcess.StartReadyAsync("Standalone", environment);
    }
}
