using System.Runtime.InteropServices;

namespace Trainyard.Standalone.Backups;

internal enum Linked
{
    Done,

    /// <summary>There is no such file any more.</summary>
    Gone,

    /// <summary>This file system does not do it, or not from there.</summary>
    Impossible,
}

/// <summary>A second name for a file, which .NET does not offer.</summary>
internal static partial class HardLink
{
    private const int NoSuchFile = 2;
    private const int NoSuchFolder = 3;

    public static Linked TryCreate(string name, string existing)
    {
        var done = OperatingSystem.IsWindows() ? CreateHardLink(name, existing, 0) : Link(existing, name) == 0;
        // Windows' ERROR_FILE_NOT_FOUND and ENOENT happen to be the same number.
        return done ? Linked.Done : Marshal.GetLastPInvokeError() switch
        {
            NoSuchFile => Linked.Gone,
            NoSuchFolder when OperatingSystem.IsWindows() => Linked.Gone,
            _ => Linked.Impossible,
        };
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string name);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string name, string existing, nint security);
}
