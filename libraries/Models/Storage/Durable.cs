using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Trainyard.Models.Storage;

/// <summary>The size and hash of a stored file, to detect damage.</summary>
/// <param name="Name">Path below its folder, with forward slashes.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">Hash in lower-case hexadecimal.</param>
public sealed record StoredFile(string Name, long Size, string Sha256)
{
    /// <summary>Whether the file in <paramref name="folder"/> has this size and hash.</summary>
    public bool IsIntactIn(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, Name));
        return file.Exists && file.Length == Size && Describe(folder, Name) == this;
    }

    /// <summary>Describes an existing file.</summary>
    public static StoredFile Describe(string folder, string name)
    {
        using var stream = File.OpenRead(Path.Combine(folder, name));
        return new(name, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}

/// <summary>Atomic and durable writes of files and folders, even across a power failure.</summary>
internal static partial class Durable
{
    private const string Unfinished = ".tmp-";

    /// <summary>Writes a file under a temporary name, flushes it to disk and renames it. Its folder must exist.</summary>
    public static StoredFile WriteFile(string path, Action<Stream> write)
    {
        var folder = FolderOf(path);
        var temporary = TemporaryName(path);
        try
        {
            var stored = WriteNew(temporary, write);
            File.Move(temporary, path, overwrite: true);
            Flush(folder);
            return stored with { Name = Path.GetFileName(path) };
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Fills a folder under a temporary name and renames it, replacing an existing one. Its parent must exist.</summary>
    public static void CreateFolder(string path, Action<string> fill)
    {
        var parent = FolderOf(path);
        var temporary = TemporaryName(path);
        MakeFolder(temporary);
        try
        {
            fill(temporary);
            Flush(temporary);
            DeleteFolder(path);
            Directory.Move(temporary, path);
            Flush(parent);
        }
        catch
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
            throw;
        }
    }

    /// <summary>Writes a new file, flushed to the disk.</summary>
    public static StoredFile WriteNew(string path, Action<Stream> write)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            write(hashed);
        }
        file.Flush(flushToDisk: true);
        return new(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(hash.Hash ?? []));
    }

    /// <summary>Renames a folder before deleting it, so that no reader sees it partly deleted.</summary>
    public static void DeleteFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        var temporary = TemporaryName(path);
        Directory.Move(path, temporary);
        Directory.Delete(temporary, recursive: true);
    }

    /// <summary>Deletes temporary files and folders of a crashed process.</summary>
    public static void DeleteUnfinished(string folder)
    {
        foreach (var left in Directory.Exists(folder) ? Directory.GetDirectories(folder, Unfinished + "*") : [])
        {
            Directory.Delete(left, recursive: true);
        }
        foreach (var left in Directory.Exists(folder) ? Directory.GetFiles(folder, Unfinished + "*") : [])
        {
            File.Delete(left);
        }
    }

    /// <summary>Creates a folder but, unlike .NET, not its parents: those may have been deleted on purpose.</summary>
    public static void MakeFolder(string path)
    {
        var made = OperatingSystem.IsWindows() ? CreateDirectory(path, 0) : MakeDirectory(path, 0b111_111_111) == 0;
        if (!made && !Directory.Exists(path))
        {
            throw Directory.Exists(FolderOf(path))
                ? new IOException($"The folder '{path}' can't be created: {Marshal.GetLastPInvokeErrorMessage()}.")
                : new DirectoryNotFoundException($"The parent folder of '{path}' no longer exists.");
        }
    }

    private static string TemporaryName(string path) =>
        Path.Combine(FolderOf(path), $"{Unfinished}{Path.GetFileName(path)}-{Guid.NewGuid():N}");

    private static string FolderOf(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("A root has no parent folder.", nameof(path));

    /// <summary>
    /// Flushes a folder's entries to disk, which .NET can't do. Without it, a power failure may undo a rename, though never tear it.
    /// </summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        var handle = Open(folder, 0);
        if (handle < 0)
        {
            return;
        }
        _ = Fsync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("kernel32", EntryPoint = "CreateDirectoryW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateDirectory(string path, nint security);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
