using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using Trainyard.CheckpointFiles;
using Trainyard.Models.Storage;

namespace Trainyard.Models.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly torch.Tensor matrix = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
    private readonly torch.Tensor vector = torch.tensor(new[] { -1f, float.NaN }, [2]);

    private string Written
    {
        get
        {
            using var file = System.IO.File.Create(scratch["model.safetensors"]);
            SafetensorsFile.Write(file, [new("a.weight", matrix), new("b", vector)]);
            return file.Name;
        }
    }

    [Fact]
    public void The_file_follows_the_format()
    {
        var bytes = System.IO.File.ReadAllBytes(Written);
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        var entry = header.RootElement.GetProperty("a.weight");
        var (start, end) = (entry.GetProperty("data_offsets")[0].GetInt32(), entry.GetProperty("data_offsets")[1].GetInt32());

        Assert.Equal(0, (8 + headerLength) % 8);
        Assert.Equal("F32", entry.GetProperty("dtype").GetString());
        Assert.Equal([2, 3], entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal("pt", header.RootElement.GetProperty("__metadata__").GetProperty("format").GetString());
        Assert.Equal([1, 2, 3, 4, 5, 6], MemoryMarshal.Cast<byte, float>(bytes.AsSpan(8 + headerLength)[start..end]).ToArray());
        Assert.Equal(bytes.Length, 8 + headerLength + 8 * sizeof(float));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        using var file = SafetensorsFile.Open(Written);
        using var read = torch.zeros(2);
        file.Read("b", read);

        Assert.Equal(["a.weight", "b"], file.Names);
        Assert.Equal(vector.bytes.ToArray(), read.bytes.ToArray());
    }

    [Theory]
    [InlineData("F64", 8)]
    [InlineData("F16", 2)]
    [InlineData("BF16", 2)]
    public void Other_float_types_are_converted(string dataType, int width)
    {
        byte[] data = dataType switch
        {
            "F64" => [.. ((double[])[0.5, -3]).SelectMany(BitConverter.GetBytes)],
            "F16" => [.. ((Half[])[(Half)0.5, (Half)(-3)]).SelectMany(BitConverter.GetBytes)],
            _ => [0x00, 0x3f, 0x40, 0xc0],
        };
        using var file = SafetensorsFile.Open(
            File($$$"""{"a":{"dtype":"{{{dataType}}}","shape":[2],"data_offsets":[0,{{{2 * width}}}]}}""", data));
        using var read = torch.zeros(2);
        file.Read("a", read);

        Assert.Equal([0.5f, -3], read.data<float>().ToArray());
    }

    [Theory]
    [InlineData(0, SafetensorsFault.HeaderLength)]
    [InlineData(7, SafetensorsFault.HeaderLength)]
    [InlineData(40, SafetensorsFault.HeaderLength)]
    [InlineData(-1, SafetensorsFault.Truncated)]
    public void A_truncated_file_is_refused(int length, SafetensorsFault fault)
    {
        var bytes = System.IO.File.ReadAllBytes(Written);
        System.IO.File.WriteAllBytes(scratch["short"], bytes[..(length < 0 ? bytes.Length + length : length)]);

        AssertRefused(fault, scratch["short"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(100_000_001)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_header_of_an_impossible_length_is_refused(long length)
    {
        var bytes = System.IO.File.ReadAllBytes(Written);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        System.IO.File.WriteAllBytes(scratch["long"], bytes);

        AssertRefused(SafetensorsFault.HeaderLength, scratch["long"]);
    }

    [Theory]
    [InlineData("no json", SafetensorsFault.Header)]
    [InlineData("[]", SafetensorsFault.Header)]
    [InlineData("""{"a":1}""", SafetensorsFault.Header)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", SafetensorsFault.Header)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", SafetensorsFault.Header)]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", SafetensorsFault.Header)]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        SafetensorsFault.Header)]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", SafetensorsFault.DataType)]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", SafetensorsFault.DataType)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", SafetensorsFault.Place)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", SafetensorsFault.Place)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", SafetensorsFault.Place)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", SafetensorsFault.Place)]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775799,9223372036854775807]}}""", SafetensorsFault.Place)]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", SafetensorsFault.Size)]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}""", SafetensorsFault.Size)]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", SafetensorsFault.Truncated)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", SafetensorsFault.Unused)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", SafetensorsFault.Unused)]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        SafetensorsFault.Overlap)]
    public void A_malformed_header_is_refused(string header, SafetensorsFault fault) =>
        AssertRefused(fault, File(header, new byte[8]));

    [Fact]
    public void Another_shape_is_refused()
    {
        using var file = SafetensorsFile.Open(Written);
        using var transposed = torch.zeros(3, 2);

        Assert.Contains(
            "a.weight has shape (2, 3), not (3, 2)",
            Assert.Throws<InvalidDataException>(() => file.Read("a.weight", transposed)).Message,
            StringComparison.Ordinal);
    }

    private static void AssertRefused(SafetensorsFault fault, string path)
    {
        var refused = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path));

        Assert.Equal(fault, refused.Fault);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    private string File(string header, byte[] data)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(header);
        System.IO.File.WriteAllBytes(scratch["file"], [.. BitConverter.GetBytes((long)text.Length), .. text, .. data]);
        return scratch["file"];
    }

    public void Dispose()
    {
        matrix.Dispose();
        vector.Dispose();
        scratch.Dispose();
    }
}
