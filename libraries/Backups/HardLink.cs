using System.Runtime.InteropServices;

namespace Trainyard.Backups;

internal enum Linked
{
    Done,

    /// <summary>The file no longer exists.</summary>
    Gone,

    /// <summary>The file system doesn't support it, or not across these folders.</summary>
    Impossible,
}

/// <summary>Creates hard links, which .NET doesn't support.</summary>
internal static partial class HardLink
{
    private const int NoSuchFile = 2;
    private const int NoSuchFolder = 3;

    public static Linked TryCreate(string name, string existing)
    {
        var done = OperatingSystem.IsWindows() ? CreateHardLink(name, existing, 0) : Link(existing, name) == 0;
        // ERROR_FILE_NOT_FOUND on Windows and ENOENT have the same value.
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
