using System.Diagnostics;

namespace Trainyard.Harness.Faults;

/// <summary>A folder with a disk of its own (a tmpfs), so that it can be full.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const int UsualMegabytes = 128;

    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Whether <see cref="FillAsync"/> has begun and <see cref="Empty"/> has not ended it.</summary>
    public bool IsFull => File.Exists(Filler);

    private string Filler => Path.Combine(folder, ".filler");

    /// <returns>Null when this user may not mount anything here.</returns>
    public static async Task<SmallDisk?> TryMountAsync(string folder, int megabytes = UsualMegabytes)
    {
        Directory.CreateDirectory(folder);
        var mounted = OperatingSystem.IsLinux() && await SucceedsAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder);
        return mounted ? new(folder) : null;
    }

    /// <summary>Takes all the space there is.</summary>
    public async Task FillAsync()
    {
        var piece = new byte[64 * 1024];
        try
        {
            await using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
            {
                await file.WriteAsync(piece);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => await SucceedsAsync("umount", "-l", folder);

    private static async Task<bool> SucceedsAsync(params string[] command)
    {
        try
        {
            var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true };
            using var process = Process.Start(start);
            if (process is null)
            {
                return false;
            }
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
