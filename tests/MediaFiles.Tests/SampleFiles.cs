using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Trainyard.MediaFiles.Tests;

/// <summary>Small valid files of each format.</summary>
internal static class SampleFiles
{
    /// <summary>Two pixels, written by an encoder of each format.</summary>
    public static byte[] Gif { get; } = Convert.FromBase64String("R0lGODlhAgABAIABAP8AAAAA/yH5BAEKAAEALAAAAAACAAEAAAICRAoAOw==");

    public static byte[] Webp { get; } = Convert.FromBase64String("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////"
        + "wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=") is var scan ? [.. scan, 0xFF, 0xD9] : [];

    public static byte[] Png(int width, int height)
    {
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[width + 1];
            for (var index = 0; index < Math.Min(height, 64); index++)
            {
                zlib.Write(row);
            }
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR", header), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", []),
        ];
    }

    public static byte[] Wav(int samples = 8)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(8000);
        writer.Write(16_000);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples);
        writer.Write(new byte[2 * samples]);
        writer.Flush();
        return file.ToArray();
    }

    /// <summary>Frames of MPEG 1 layer III at 128 kbit/s and 44.1 kHz, 417 bytes each.</summary>
    public static byte[] Mp3(int frames = 2, bool tagged = false)
    {
        byte[] frame = [0xFF, 0xFB, 0x90, 0x00, .. new byte[413]];
        byte[] tag = tagged ? [.. "ID3"u8, 4, 0, 0, 0, 0, 0, 5, .. new byte[5]] : [];
        return [.. tag, .. Enumerable.Repeat(frame, frames).SelectMany(part => part)];
    }

    public static byte[] Ogg(string codec = "OpusHead")
    {
        var packet = Encoding.ASCII.GetBytes(codec + "01234567890");
        byte[] first = [.. "OggS"u8, 0, 2, .. new byte[20], 1, (byte)packet.Length, .. packet];
        return [.. first, .. "OggS"u8, 0, 4, .. new byte[20], 0];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. sum];
    }
}
