using System.Buffers.Binary;
using System.Text;

namespace Trainyard.CheckpointFiles.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private const string Sound =
        """{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}"""
        + ""","__metadata__":{"format":"pt"}}""";

    private readonly string folder = Directory.CreateTempSubdirectory("checkpoint-files-").FullName;

    [Fact]
    public void A_sound_file_is_described()
    {
        var report = CheckpointFile.Inspect(Write(Sound, 26));

        Assert.Empty(report.Problems);
        Assert.Equal((CheckpointFormat.Safetensors, 2L, 7L), (report.Format, report.Tensors, report.Parameters));
        Assert.Equal(["F32", "BF16"], report.DataTypes);
    }

    [Theory]
    [InlineData(Sound, 25, "ends 1 bytes early")]
    [InlineData(Sound, 30, "4 bytes that belong to no tensor")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlaps")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        12,
        "leaves a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "leaves a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "can't take 4 bytes")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "'F33', which is not known")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "no safetensors file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4, "")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        4,
        "no safetensors file")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "no safetensors file")]
    [InlineData("""{"a":{"dtype":"F32"}}""", 4, "no dtype, shape and data_offsets")]
    [InlineData("""[1,2]""", 0, "no safetensors file")]
    [InlineData("""{"a":""", 0, "no safetensors file")]
    public void Whatever_the_format_does_not_allow_is_told(string header, int data, string problem)
    {
        var found = Assert.Single(CheckpointFile.Inspect(Write(header, data)).Problems);
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 63)]
    [InlineData(100_000_001ul)]
    [InlineData(1_000ul)]
    [InlineData(0ul)]
    public void A_header_length_that_can_not_be_is_told_before_anything_is_read(ulong length)
    {
        var path = Write(Sound, 26);
        using (var file = File.OpenWrite(path))
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
            file.Write(prefix);
        }
        Assert.Contains("bytes long", Assert.Single(CheckpointFile.Inspect(path).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_nested_without_end_is_told()
    {
        var deep = $$"""{"a":{{new string('[', 100_000)}}""";
        Assert.Single(CheckpointFile.Inspect(Write(deep, 0)).Problems);
    }

    [Fact]
    public void Any_damage_is_survived()
    {
        var whole = File.ReadAllBytes(Write(Sound, 26));
        var (random, damaged) = (new Random(7), Path.Combine(folder, "damaged.safetensors"));
        for (var time = 0; time < 2_000; time++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            File.WriteAllBytes(damaged, bytes);
            Assert.Equal(bytes.Length, CheckpointFile.Inspect(damaged).Size);
        }
    }

    [Fact]
    public void Sharded_files_are_held_against_their_index()
    {
        Write("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "model-1.safetensors");
        Write("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "model-2.safetensors");
        var index = Path.Combine(folder, "model.safetensors.index.json");
        File.WriteAllText(index, """{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}""");

        var (ofIndex, ofFolder) = (CheckpointFile.Inspect(index), CheckpointFile.Inspect(folder));

        Assert.Equal(
            (CheckpointFormat.ShardedSafetensors, 2L, 3L, 3), (ofIndex.Format, ofIndex.Tensors, ofIndex.Parameters, ofIndex.Files));
        Assert.Equal(
            (CheckpointFormat.ShardedSafetensors, 2L, 3L, 3), (ofFolder.Format, ofFolder.Tensors, ofFolder.Parameters, ofFolder.Files));
        Assert.Equal(ofIndex.Size, ofFolder.Size);
        Assert.Empty(ofIndex.Problems.Concat(ofFolder.Problems));

        File.WriteAllText(index, """{"weight_map":{"a":"model-2.safetensors"}}""");
        Assert.Contains("does not hold 'a'", Assert.Single(CheckpointFile.Inspect(index).Problems), StringComparison.Ordinal);
        File.WriteAllText(index, """{"weight_map":{"a":"../../etc/passwd"}}""");
        Assert.Contains("not beside it", Assert.Single(CheckpointFile.Inspect(index).Problems), StringComparison.Ordinal);
        File.WriteAllText(index, "{}");
        Assert.Contains("no weight_map", Assert.Single(CheckpointFile.Inspect(index).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_all_its_files_and_its_hash_is_that_of_what_sha256sum_prints()
    {
        Write(Sound, 26);
        Directory.CreateDirectory(Path.Combine(folder, "extra"));
        await File.WriteAllTextAsync(Path.Combine(folder, "extra", "note.txt"), "hello");
        File.CreateSymbolicLink(Path.Combine(folder, "passwd"), "/etc/passwd");

        var report = CheckpointFile.Inspect(folder);
        var hash = await CheckpointFile.HashAsync(folder, TestContext.Current.CancellationToken);

        Assert.Equal((2, 2L), (report.Files, report.Tensors));
        Assert.Equal(report.Size, CheckpointFile.SizeOf(folder));
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "sh", ["-c", "sha256sum extra/note.txt model.safetensors | sha256sum"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("sh did not start.");
        Assert.Equal($"{hash}  -", (await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Nothing_is_no_checkpoint()
    {
        Assert.Contains("no files", Assert.Single(CheckpointFile.Inspect(folder).Problems), StringComparison.Ordinal);
        var empty = Path.Combine(folder, "model.pt");
        File.WriteAllBytes(empty, []);
        Assert.Contains("empty", Assert.Single(CheckpointFile.Inspect(empty).Problems), StringComparison.Ordinal);
    }

    private string Write(string header, int data, string name = "model.safetensors")
    {
        var path = Path.Combine(folder, name);
        var text = Encoding.UTF8.GetBytes(header);
        using var file = File.Create(path);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        file.Write(prefix);
        file.Write(text);
        file.Write(new byte[data]);
        return path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
