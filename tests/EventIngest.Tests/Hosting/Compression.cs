using System.IO.Compression;
using ZstdSharp;

namespace Trainyard.EventIngest.Tests.Hosting;

internal static class Compression
{
    public static byte[] Compress(byte[] plain, string encoding) => Compress(encoding, target => target.Write(plain));

    /// <summary>So many spaces.</summary>
    public static byte[] Bomb(long bytes, string encoding) => Compress(encoding, target =>
    {
        var chunk = new byte[1 << 20];
        Array.Fill(chunk, (byte)' ');
        for (var written = 0L; written < bytes; written += chunk.Length)
        {
            target.Write(chunk);
        }
    });

    private static byte[] Compress(string encoding, Action<Stream> write)
    {
        using var target = new MemoryStream();
        using (Stream compressing = encoding is "gzip"
            ? new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true)
            : new CompressionStream(target, leaveOpen: true))
        {
            write(compressing);
        }
        return target.ToArray();
    }
}
