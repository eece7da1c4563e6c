namespace Trainyard.TensorBoard.Tests;

/// <summary>Files written here, read by programs written elsewhere.</summary>
public sealed class OutsideReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-events-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A reader of TFRecord and protobuf in plain Python, which shares no line with the library.</summary>
    [Fact]
    public async Task Plain_Python_reads_what_was_written()
    {
        await WriteAsync();

        var read = await OutsideReaders.RunAsync("plain_reader.py", Directory.GetFiles(folder).Single());

        Assert.Equal(LogEvent.CurrentVersion, read[0].GetProperty("3").GetString());
        Assert.Equal("loss", read[2].GetProperty("5").GetProperty("1").GetProperty("1").GetString());
        Assert.Equal(0.25, read[2].GetProperty("5").GetProperty("1").GetProperty("2").GetDouble());
        Assert.Equal(6, read.Count);
    }

    /// <summary>TensorBoard's own event accumulator, where it is installed.</summary>
    [Fact]
    public async Task TensorBoard_reads_what_was_written()
    {
        await WriteAsync();

        var read = Assert.Single(await OutsideReaders.RunAsync("tensorboard_reader.py", folder));

        Assert.Equal(
            [[1, 0.25], [2, 0.125]],
            read.GetProperty("loss").EnumerateArray().Select(one => one.EnumerateArray().Select(part => part.GetDouble()).ToArray()));
        Assert.Equal("text", read.GetProperty("notes").GetString());
        Assert.Equal(["lr"], read.GetProperty("hparams").EnumerateArray().Select(name => name.GetString()));
    }

    private async Task WriteAsync()
    {
        await using var writer = EventFileWriter.Create(folder, EventFiles.Noon);
        var hyperparameters = new Dictionary<string, HyperparameterValue> { ["lr"] = HyperparameterValue.Of(0.001) };
        await writer.WriteAsync(LogEvent.SessionStart(EventFiles.Noon, 0));
        await writer.WriteAsync(EventFiles.Scalar(1, 0.25));
        await writer.WriteAsync(LogEvent.Of(EventFiles.Noon, 2, new ScalarValue("loss", 0.125, ScalarForm.Float64Tensor)));
        await writer.WriteAsync(LogEvent.Of(EventFiles.Noon, 0, new TextValue("notes", "text")));
        await writer.WriteAsync(LogEvent.Of(EventFiles.Noon, 0, new HyperparameterSessionStart(hyperparameters, 5)));
    }
}
