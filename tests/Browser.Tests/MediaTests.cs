using System.Diagnostics;
using Microsoft.Playwright;
using Trainyard.Harness.Processes;
using static Microsoft.Playwright.Assertions;

namespace Trainyard.Browser.Tests;

/// <summary>Media that the Python client sends, as a person sees them.</summary>
public sealed class MediaTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string Python = "/usr/bin/python3";
    private const float Patience = 30_000;

    private const string Script =
        """
        import math, struct
        from trainyard import Audio, Histogram, Image, Table, Text, TrainingMonitor
        from trainyard._pixels import Pixels

        def picture(step, phase):
            rows = [[(x * 4, y * 4, (x * y + 60 * step + phase) % 256) for x in range(64)] for y in range(64)]
            return Image(Pixels(64, 64, 3, bytes(part for row in rows for pixel in row for part in pixel)).png(), caption=f"phase {phase}")

        def tone(hertz):
            samples = b"".join(struct.pack("<h", int(8000 * math.sin(hertz * at * math.tau / 8000))) for at in range(4000))
            head = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", len(samples))
            return Audio(b"RIFF" + struct.pack("<I", len(head) + len(samples)) + head + samples, caption=f"{hertz} Hz")

        with TrainingMonitor("media", run_id="media", machine_metrics=False, capture_code=False) as monitor:
            for step in range(0, 50, 10):
                values = [math.sin(n) * (50 - step) / 25 + step / 50 for n in range(500)] + [math.nan]
                monitor.log_metrics({"loss": 1 / (step + 1), "examples": [picture(step, phase) for phase in (0, 90)],
                                     "layer/weights": Histogram(values, num_bins=40)}, step)
                monitor.log_media("voice", tone(220 + step * 10))
                monitor.log_media("sample", Text(f"step {step}: once upon <b>a time</b> 日本"))
                monitor.log_media("predictions", Table(columns=["word", "score"], data=[["cat", step / 50], ["dog", None]]))
        """;

    [Fact]
    public async Task What_the_python_client_logs_is_shown_step_by_step()
    {
        Assert.SkipUnless(File.Exists(Python), $"This machine has no {Python}.");
        await using var standalone = await StartAsync();
        await RunAsync(standalone.Address);
        var page = await OpenAsync(standalone, height: 1500);
        await page.GotoAsync("/runs/media");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Views of the run" })
            .GetByRole(AriaRole.Link, new() { Name = "Media" }).ClickAsync();

        var pictures = page.GetByRole(AriaRole.Region, new() { Name = "examples, image" });
        await Expect(pictures.GetByText("step 40")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(pictures.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);
        await Expect(pictures.GetByText("phase 90")).ToBeVisibleAsync();
        Assert.Equal(64, await WidthAsync(pictures));

        // By keyboard: back to the first step, which the panel then shows.
        await pictures.GetByRole(AriaRole.Slider).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(pictures.GetByText("step 0")).ToBeVisibleAsync();

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "sample, text" }).GetByText("step 40: once upon <b>a time</b> 日本"))
            .ToBeVisibleAsync();
        var table = page.GetByRole(AriaRole.Region, new() { Name = "predictions, table" });
        await Expect(table.GetByRole(AriaRole.Cell, new() { Name = "0.8" })).ToBeVisibleAsync();
        var audio = page.GetByRole(AriaRole.Region, new() { Name = "voice, audio" });
        await Expect(audio.GetByText("620 Hz")).ToBeVisibleAsync();
        await Expect(audio.Locator("audio")).ToHaveJSPropertyAsync("duration", 0.5);
        var weights = page.GetByRole(AriaRole.Region, new() { Name = "layer/weights, histogram" });
        await Expect(weights.GetByText("1 NaN")).ToBeVisibleAsync();
        await Expect(weights.GetByRole(AriaRole.Img, new() { Name = "from step 0 to 40" })).ToBeVisibleAsync();
        await Chromium.KeepAsync(page, "run-media");

        // What is logged while the page is open appears without a reload.
        await PostAsync(standalone.Address,
            """
            {"event":"ml.run.media","trial_id":"media",
             "metadata":{"kind":"text","name":"sample","step":50,"content":"step 50: the end"}}
            """);
        await Expect(page.GetByText("step 50: the end")).ToBeVisibleAsync(new() { Timeout = Patience });

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search media" }).FillAsync("WEIGHTS");
        await Expect(page.GetByText("1 name")).ToBeVisibleAsync();
        Assert.Empty(Errors);
    }

    private static Task<int> WidthAsync(ILocator panel) =>
        panel.GetByRole(AriaRole.Img).First.EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)");

    private static async Task PostAsync(Uri address, string json)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(
            new Uri("/api/events/ml", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task RunAsync(Uri address)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Python, ["-c", Script])
        {
            WorkingDirectory = folder.Path,
            UseShellExecute = false,
            RedirectStandardError = true,
            Environment =
            {
                ["PYTHONPATH"] = Repository.PathTo("clients", "python", "src"),
                ["TRAINYARD_URL"] = address.ToString().TrimEnd('/'),
            },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
    }
}
