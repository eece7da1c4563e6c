using System.IO.Compression;
using ZstdSharp;

namespace Trainyard.EventIngest.Tests.Hosting;

internal static class Compression
{
    public static byte[] Compress(byte[] plain, string encoding)
    {
        using var target = new MemoryStream();
        using (Stream compressing = encoding is "gzip" ? new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true) : new CompressionStream(target, leaveOpen: true))
        {
            compressing.Write(plain);
        }
        return target.ToArray();
    }
}
