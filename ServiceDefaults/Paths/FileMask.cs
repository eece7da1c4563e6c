using System.Runtime.InteropServices;

namespace Trainyard.ServiceDefaults.Paths;

internal static partial class FileMask
{
    private const uint OwnerOnly = 0x3F;

    /// <summary>Makes new files readable by this process's user only (umask 077).</summary>
    public static void Restrict()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask(OwnerOnly);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
