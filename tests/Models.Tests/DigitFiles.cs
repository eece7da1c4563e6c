using System.Buffers.Binary;
using System.IO.Compression;

namespace Trainyard.Models.Tests;

/// <summary>Small images of ten patterns with noise, in MNIST's files.</summary>
internal static class DigitFiles
{
    public const int Side = 8;
    public const string TrainingImages = "train-images-idx3-ubyte";
    public const string TrainingLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>Writes a folder with training images.</summary>
    public static string Write(string folder, int count = 300)
    {
        Directory.CreateDirectory(folder);
        WriteSet(folder, TrainingImages, TrainingLabels, count, seed: 1);
        return folder;
    }

    public static void WriteTestSet(string folder, int count) => WriteSet(folder, TestImages, TestLabels, count, seed: 2);

    /// <summary>An IDX file of unsigned bytes.</summary>
    public static byte[] Idx(byte[] values, params int[] sizes)
    {
        var file = new byte[4 + (4 * sizes.Length) + values.Length];
        (file[2], file[3]) = (8, (byte)sizes.Length);
        for (var dimension = 0; dimension < sizes.Length; dimension++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * dimension)), sizes[dimension]);
        }
        values.CopyTo(file, file.Length - values.Length);
        return file;
    }

    public static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return compressed.ToArray();
    }

    private static void WriteSet(string folder, string images, string labels, int count, int seed)
    {
        var (patterns, random) = (new Random(7), new Random(seed));
        var digits = Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, Side * Side).Select(_ => patterns.Next(2) * 200).ToArray())
            .ToArray();
        var (pixels, answers) = (new byte[count * Side * Side], new byte[count]);
        for (var image = 0; image < count; image++)
        {
            answers[image] = (byte)random.Next(10);
            for (var pixel = 0; pixel < Side * Side; pixel++)
            {
                pixels[(image * Side * Side) + pixel] = (byte)(digits[answers[image]][pixel] + random.Next(56));
            }
        }
        File.WriteAllBytes(Path.Combine(folder, images), Idx(pixels, count, Side, Side));
        File.WriteAllBytes(Path.Combine(folder, labels), Idx(answers, count));
    }
}
