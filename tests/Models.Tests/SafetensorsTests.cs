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
            using var file = File.Create(scratch["model.safetensors"]);
            SafetensorsFile.Write(file, [new("a.weight", matrix), new("b", vector)]);
            return file.Name;
        }
    }

    [Fact]
    public void The_file_follows_the_format()
    {
        var bytes = File.ReadAllBytes(Written);
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
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(-1)]
    public void A_truncated_file_is_refused(int length)
    {
        var bytes = File.ReadAllBytes(Written);
        File.WriteAllBytes(scratch["short"], bytes[..(length < 0 ? bytes.Length + length : length)]);

        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(scratch["short"]));
    }

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

    public void Dispose()
    {
        matrix.Dispose();
        vector.Dispose();
        scratch.Dispose();
    }
}
