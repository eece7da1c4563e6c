using System.Security.Cryptography;

namespace Trainyard.Backups;

/// <summary>Copies files, hashes them on the way and flushes them to disk.</summary>
internal static class HashedCopy
{
    private const int MaxTries = 5;
    private const int BufferSize = 1 << 20;

    /// <summary>
    /// Copies a file that may be written to meanwhile. A growing file, such as a log, is copied up to its initial length, or to the last
    /// complete line if it consists of lines. Other changes cause a retry.
    /// </summary>
    /// <exception cref="FileNotFoundException">The file was deleted.</exception>
    public static BackupFile Live(string source, string target, string path)
    {
        for (var tries = 1; ; tries++)
        {
            using var input = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            var (length, modified) = (input.Length, File.GetLastWriteTimeUtc(input.SafeFileHandle));
            var end = path.EndsWith(".jsonl", StringComparison.Ordinal) ? EndOfLastLine(input, length) : length;
            var copied = Copy(input, end, target, path, modified);
            if (copied.Size == end && (input.Length > length || File.GetLastWriteTimeUtc(input.SafeFileHandle) == modified))
            {
                File.SetLastWriteTimeUtc(target, modified);
                return copied;
            }
            File.Delete(target);
            if (tries == MaxTries)
            {
                throw new BackupException($"{source} keeps changing and can't be copied.");
            }
        }
    }

    /// <summary>Copies a file that is not being written to.</summary>
    public static BackupFile Still(string source, string target, BackupFile file)
    {
        using var input = File.OpenRead(source);
        var copied = Copy(input, input.Length, target, file.Path, file.Modified);
        File.SetLastWriteTimeUtc(target, file.Modified);
        return copied;
    }

    public static string HashOf(string file)
    {
        using var input = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(input));
    }

    public static void Write(string target, ReadOnlySpan<byte> content)
    {
        using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
        output.Write(content);
        output.Flush(flushToDisk: true);
    }

    private static BackupFile Copy(FileStream input, long length, string target, string path, DateTime modified)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
        var buffer = new byte[(int)Math.Clamp(length, 1, BufferSize)];
        input.Position = 0;
        for (var left = length; left > 0;)
        {
            var read = input.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                break;
            }
            hash.AppendData(buffer, 0, read);
            output.Write(buffer, 0, read);
            left -= read;
        }
        output.Flush(flushToDisk: true);
        return new(path, output.Length, modified, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static long EndOfLastLine(FileStream input, long length)
    {
        var buffer = new byte[64 * 1024];
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            input.Position = start;
            var read = input.ReadAtLeast(buffer.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false);
            if (buffer.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return start + at + 1;
            }
            end = start;
        }
        return 0;
    }
}
