using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Trainyard.Models.Storage;

/// <summary>A stored file, so that damage to it can be seen.</summary>
/// <param name="Name">Below its folder, with forward slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
public sealed record StoredFile(string Name, long Size, string Sha256)
{
    /// <summary>Whether the file of that name in <paramref name="folder"/> is still this one.</summary>
    public bool IsIntactIn(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, Name));
        return file.Exists && file.Length == Size && Describe(folder, Name) == this;
    }

    /// <summary>Describes a file that is there.</summary>
    public static StoredFile Describe(string folder, string name)
    {
        using var stream = File.OpenRead(Path.Combine(folder, name));
        return new(name, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}

/// <summary>Files and folders that are either there in full or not at all, even after a power cut.</summary>
internal static partial class Durable
{
    private const string Unfinished = ".tmp-";

    /// <summary>Writes a file under a temporary name, flushes it to the disk and gives it its name. Its folder must be there.</summary>
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

    /// <summary>Fills a folder under a temporary name and gives it its name; what was there under that name is replaced. The folder above it must be there.</summary>
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
                Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Writes a new file, flushed to the disk.</summary>
    public static StoredFile WriteNew(string path, Action<Stream> write)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            write(hashed);
        file.Flush(flushToDisk: true);
        return new(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(hash.Hash ?? []));
    }

    /// <summary>Takes a folder's name away before its files, so that it is never seen half empty.</summary>
    public static void DeleteFolder(string path)
    {
        if (!Directory.Exists(path))
            return;

        var temporary = TemporaryName(path);
        Directory.Move(path, temporary);
        Directory.Delete(temporary, recursive: true);
    }

    /// <summary>Removes what a process that died left unfinished.</summary>
    public static void DeleteUnfinished(string folder)
    {
        foreach (var left in Directory.Exists(folder) ? Directory.GetDirectories(folder, Unfinished + "*") : [])
            Directory.Delete(left, recursive: true);
        foreach (var left in Directory.Exists(folder) ? Directory.GetFiles(folder, Unfinished + "*") : [])
            File.Delete(left);
    }

    /// <summary>Makes one folder. Unlike .NET it makes none above it: somebody may have taken those away, and they must stay away.</summary>
    public static void MakeFolder(string path)
    {
        var made = OperatingSystem.IsWindows() ? CreateDirectory(path, 0) : MakeDirectory(path, 0b111_111_111) == 0;
        if (!made && !Directory.Exists(path))
        {
            throw Directory.Exists(FolderOf(path))
                ? new IOException($"The folder '{path}' can't be made: {Marshal.GetLastPInvokeErrorMessage()}.")
                : new DirectoryNotFoundException($"The folder of '{path}' is gone.");
        }
    }

    private static string TemporaryName(string path) => Path.Combine(FolderOf(path), $"{Unfinished}{Path.GetFileName(path)}-{Guid.NewGuid():N}");

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("A root has no folder.", nameof(path));

    /// <summary>Brings the names in a folder to the disk. .NET opens no folders; without this a rename may be lost in a power cut, though never torn.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;

        var handle = Open(folder, 0);
        if (handle < 0)
            return;
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
