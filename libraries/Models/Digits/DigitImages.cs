using System.Globalization;
using System.Security.Cryptography;
using Trainyard.FilePaths;
using Trainyard.Models.Data;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;
using static TorchSharp.torch;

namespace Trainyard.Models.Digits;

/// <summary>Images of digits with their labels, from a pair of files named as those of MNIST.</summary>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Pixels">From 0 (background) to 255, image by image, row by row.</param>
/// <param name="Labels">The digit of each image.</param>
internal sealed record DigitImages(int Height, int Width, byte[] Pixels, byte[] Labels)
{
    /// <summary>The longest side of an image.</summary>
    public const int MaxSide = 256;

    private const string TrainingSet = "train";
    private const string TestSet = "t10k";
    private static readonly (string Images, string Labels)[] Names =
        [("-images-idx3-ubyte", "-labels-idx1-ubyte"), ("-images.idx3-ubyte", "-labels.idx1-ubyte")];

    /// <summary>How many.</summary>
    public int Count => Labels.Length;

    /// <summary>Reads a folder's training images, and its test images if it has any.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Where links may lead.</param>
    /// <exception cref="TrainingException">The files are missing or don't fit together.</exception>
    /// <exception cref="InvalidDataException">A file can't be read.</exception>
    public static DigitFolder Open(string folder, TextCorpusOptions options)
    {
        if (!Directory.Exists(folder))
        {
            throw Refuse("corpus_path of a digits run must be a folder with MNIST's files, not a file");
        }
        var files = new List<string>();
        var training = Find(folder, TrainingSet, options, files)
            ?? throw Refuse($"The folder has no {TrainingSet}{Names[0].Images} and {TrainingSet}{Names[0].Labels} (both also as .gz)");
        var test = Find(folder, TestSet, options, files);
        if (test is not null && (test.Height, test.Width) != (training.Height, training.Width))
        {
            throw Refuse($"The test images have {test.Height} x {test.Width} pixels, "
                + $"the training images {training.Height} x {training.Width}");
        }
        return new(training, test, FingerprintOf(training, test), files.Count);
    }

    /// <summary>Some of the images, as a model reads them.</summary>
    /// <returns>float32, (images, 1, height, width), from 0 to 1; and int64, (images).</returns>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> indices)
    {
        var size = Height * Width;
        var (pixels, labels) = (new float[indices.Length * size], new long[indices.Length]);
        for (var row = 0; row < indices.Length; row++)
        {
            var image = Pixels.AsSpan(indices[row] * size, size);
            for (var pixel = 0; pixel < size; pixel++)
            {
                pixels[(row * size) + pixel] = image[pixel] / 255f;
            }
            labels[row] = Labels[indices[row]];
        }
        return (tensor(pixels, [indices.Length, 1, Height, Width]), tensor(labels));
    }

    private static DigitImages? Find(string folder, string set, TextCorpusOptions options, List<string> files)
    {
        foreach (var (imagesName, labelsName) in Names)
        {
            var images = FileIn(folder, set + imagesName, options);
            var labels = FileIn(folder, set + labelsName, options);
            if (images is null && labels is null)
            {
                continue;
            }
            files.Add(images ?? throw Refuse($"The folder has {set}{labelsName}, but no {set}{imagesName}"));
            files.Add(labels ?? throw Refuse($"The folder has {set}{imagesName}, but no {set}{labelsName}"));
            return Read(images, labels);
        }
        return null;
    }

    private static DigitImages Read(string imagesFile, string labelsFile)
    {
        var (images, labels) = (IdxFile.Read(imagesFile, dimensions: 3), IdxFile.Read(labelsFile, dimensions: 1));
        var (imagesName, labelsName) = (Path.GetFileName(imagesFile), Path.GetFileName(labelsFile));
        var (count, height, width) = (images.Sizes[0], images.Sizes[1], images.Sizes[2]);
        if (count != labels.Sizes[0])
        {
            throw Refuse($"{imagesName} has {Text(count)} images, but {labelsName} has {Text(labels.Sizes[0])} labels");
        }
        if (height > MaxSide || width > MaxSide)
        {
            throw Refuse($"The images of {imagesName} have {height} x {width} pixels; a side has at most {MaxSide}");
        }
        var wrong = labels.Values.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(DigitsShape.Classes - 1));
        return wrong < 0
            ? new(height, width, images.Values, labels.Values)
            : throw Refuse($"Label {Text(wrong)} of {labelsName} is {labels.Values[wrong]}; labels are digits from 0 to 9");
    }

    private static string? FileIn(string folder, string name, TextCorpusOptions options)
    {
        var file = new[] { name, name + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return file is null || ContainedPath.IsReallyWithin(options.LinkRoot ?? folder, file)
            ? file
            : throw Refuse($"{Path.GetFileName(file)} is a link to outside the corpus folder. Copy the file");
    }

    private static string FingerprintOf(DigitImages training, DigitImages? test)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var images in (DigitImages?[])[training, test])
        {
            hash.AppendData(BitConverter.GetBytes(images?.Count ?? 0));
            hash.AppendData(images?.Pixels ?? []);
            hash.AppendData(images?.Labels ?? []);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static TrainingException Refuse(string message) => new(FailureKind.UserInput, message + ".");
}

/// <summary>The images of a folder.</summary>
/// <param name="Training">Those to train on.</param>
/// <param name="Test">Those held out by the folder itself; null if it has none.</param>
/// <param name="Fingerprint">SHA-256 of all.</param>
/// <param name="Files">Number of files.</param>
internal sealed record DigitFolder(DigitImages Training, DigitImages? Test, string Fingerprint, int Files)
{
    /// <summary>
    /// The part to train on and the part held out: the test images, or a share of the training images that the seed chooses.
    /// </summary>
    public (DigitSet Training, DigitSet Validation) Split(double fraction, long seed)
    {
        int[] all = [.. Enumerable.Range(0, Training.Count)];
        if (Test is not null)
        {
            return (new(Training, all), new(Test, [.. Enumerable.Range(0, Test.Count)]));
        }
        var order = ExampleSampler.Shuffled(Training.Count, SplitMix64.Mix((ulong)seed, ulong.MaxValue));
        var held = Math.Max(1, (int)Math.Round(Training.Count * fraction));
        return Training.Count < 2
            ? throw new TrainingException(FailureKind.UserInput, "There is one image; at least two are needed, one of them held out.")
            : (new(Training, order[held..]), new(Training, order[..held]));
    }
}

/// <summary>Some of a file's images.</summary>
/// <param name="Images">All of them.</param>
/// <param name="Indices">Which.</param>
internal sealed record DigitSet(DigitImages Images, int[] Indices)
{
    /// <summary>How many.</summary>
    public int Count => Indices.Length;
}
