using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.HostMetrics.Tests;

public class NvmlTests
{
    [Fact]
    public void Without_the_library_nothing_opens() => Assert.Null(Nvml.TryOpen("libno-such-nvml.so.1"));

    [Fact]
    public async Task Cards_are_read_and_missing_figures_are_null()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The stand-in for the library is built for Linux.");
        using var folder = new TemporaryFolder();
        var library = Path.Combine(folder.Path, "libnvidia-ml.so.1");
        Assert.SkipUnless(await CompileAsync(library), "There is no C compiler.");

        // Twice, since the library can start again only after a shutdown.
        for (var times = 0; times < 2; times++)
        {
            using var nvml = Nvml.TryOpen(library);
            Assert.NotNull(nvml);
            Assert.Equal(
            [
                new GpuStatus(0, "Fake H200", "GPU-a", 90, 81_200_000_000, 150_754_820_096, 61, 640.25),
                new GpuStatus(1, "NVIDIA", "GPU-b", 91, 81_200_000_000, 150_754_820_096, 61, PowerWatts: null),
            ], nvml.Read());
        }
    }

    private static async Task<bool> CompileAsync(string library)
    {
        try
        {
            using var gcc = Process.Start(
                "gcc", ["-shared", "-fPIC", "-o", library, Path.Combine(AppContext.BaseDirectory, "fake-nvml.c")]);
            await gcc.WaitForExitAsync();
            return gcc.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
