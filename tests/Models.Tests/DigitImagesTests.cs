using Trainyard.Models.Digits;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>Files of images and labels as users have them, also broken ones.</summary>
public sealed class DigitImagesTests : IDisposable
{
    private const string Images = DigitFiles.TrainingImages;
    private const string Labels = DigitFiles.TrainingLabels;

    private readonly Scratch scratch = new();

    [Fact]
    public void Compressed_files_and_those_with_dots_in_their_names_are_read()
    {
        var plain = DigitImages.Open(DigitFiles.Write(scratch["plain"]), new());
        var folder = DigitFiles.Write(scratch["other"]);
        foreach (var (file, other) in new[] { (Images, "train-images.idx3-ubyte.gz"), (Labels, "train-labels.idx1-ubyte") })
        {
            var content = File.ReadAllBytes(Path.Combine(folder, file));
            File.Delete(Path.Combine(folder, file));
            var compressed = other.EndsWith(".gz", StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, other), compressed ? DigitFiles.Compress(content) : content);
        }

        Assert.Equal(plain.Fingerprint, DigitImages.Open(folder, new()).Fingerprint);
    }

    public static TheoryData<string, string, byte[]> Broken => new()
    {
        { Images, "is not an IDX file", [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0] },
        { Images, "is not an IDX file", [] },
        { Images, "has 1 dimensions, not 3", DigitFiles.Idx([1, 2], 2) },
        { Images, "has elements of type 0x0d", [0, 0, 0x0D, 3, 0, 0, 0, 1] },
        { Images, "is cut short: it ends in its header", [0, 0, 8, 3, 0, 0, 0, 1] },
        { Images, "is cut short: it ends after 127 of 128 values", DigitFiles.Idx(new byte[128], 2, 8, 8)[..^1] },
        { Images, "has bytes after its 128 values", [.. DigitFiles.Idx(new byte[128], 2, 8, 8), 0] },
        { Images, "has a dimension of size 0", DigitFiles.Idx([], 0, 8, 8) },
        { Images, "has a dimension of size 4,294,967,295", DigitFiles.Idx([], -1, 8, 8) },
        { Images, "holds more than the 1,073,741,824 values", DigitFiles.Idx([], int.MaxValue, int.MaxValue, int.MaxValue) },
        { Images, "is cut short: it ends after 0 of 1,073,741,824 values", DigitFiles.Idx([], 1 << 14, 1 << 8, 1 << 8) },
        { Images, "a side has at most 256", DigitFiles.Idx(new byte[300 * 257], 300, 257, 1) },
        { Images, "has 2 images, but train-labels-idx1-ubyte has 300 labels", DigitFiles.Idx(new byte[128], 2, 8, 8) },
        { Images, "is not a valid gzip file", [0x1F, 0x8B, 0xFF, 0, 1, 2, 3, 4, 5, 6, 7, 8] },
        { Images, "is cut short", DigitFiles.Compress(DigitFiles.Idx(new byte[128], 2, 8, 8)[..^9]) },
        { Labels, "has 3 dimensions, not 1", DigitFiles.Idx(new byte[128], 2, 8, 8) },
        { Labels, "Label 299 of train-labels-idx1-ubyte is 10", DigitFiles.Idx([.. new byte[299], 10], 300) },
        { DigitFiles.TestImages, "has t10k-images-idx3-ubyte, but no t10k-labels-idx1-ubyte", DigitFiles.Idx(new byte[4], 1, 2, 2) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_that_can_not_be_used_is_refused_with_the_reason(string file, string reason, byte[] content)
    {
        var folder = DigitFiles.Write(scratch["data"]);
        File.WriteAllBytes(Path.Combine(folder, file), content);

        AssertRefused(reason, folder);
    }

    [Fact]
    public void A_folder_without_the_files_and_a_file_are_refused()
    {
        AssertRefused("has no train-images-idx3-ubyte and train-labels-idx1-ubyte", Directory.CreateDirectory(scratch["empty"]).FullName);
        AssertRefused("must be a folder", scratch.Text);
    }

    [Fact]
    public void Images_too_small_for_the_layers_and_a_single_image_are_refused()
    {
        var folder = Directory.CreateDirectory(scratch["data"]).FullName;
        File.WriteAllBytes(Path.Combine(folder, Images), DigitFiles.Idx([1, 2, 3], 1, 3, 1));
        File.WriteAllBytes(Path.Combine(folder, Labels), DigitFiles.Idx([1], 1));

        AssertRefused("3 x 1 pixels can't be halved 2 times", folder);
        File.WriteAllBytes(Path.Combine(folder, Images), DigitFiles.Idx(new byte[64], 1, 8, 8));
        AssertRefused("at least two are needed", folder);
    }

    [Fact]
    public void A_link_to_outside_the_corpus_root_is_refused()
    {
        var folder = DigitFiles.Write(scratch["root/data"]);
        File.Move(Path.Combine(folder, Images), scratch["elsewhere"]);
        File.CreateSymbolicLink(Path.Combine(folder, Images), scratch["elsewhere"]);

        AssertRefused("is a link to outside the corpus folder", folder);
    }

    public void Dispose() => scratch.Dispose();

    private void AssertRefused(string reason, string folder)
    {
        using var run = new Pipeline.TrainingRun(
            new() { Shape = new DigitsShape(0, 0, Layers: 2, Dim: 8), Threads = 1, MaxSteps = 1 },
            new() { RunId = "run", Folder = new(scratch["run"]), CorpusPath = folder, CacheFolder = scratch["cache"] }, _ => { });
        var failure = Assert.Throws<TrainingException>(() => run.Train(new TrainingControl(), CancellationToken.None));

        Assert.Equal(FailureKind.UserInput, failure.Kind);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
