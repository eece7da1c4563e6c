using System.Globalization;
using System.Text;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.RunFormats.TensorBoard;
using Trainyard.TensorBoard;

namespace Trainyard.RunFormats.Tests;

public sealed class TensorBoardTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_written_run_is_read_back()
    {
        var run = Samples.Run(
            parameters: """{"lr":0.5,"optimizer":{"name":"adam","betas":[1,2]},"amp":true,"none":null}""", notes: "größer\n= besser");
        await WriteAsync("r", run, async writer =>
        {
            await writer.WriteAsync(Samples.Series());
            await writer.ResumeAsync(Samples.Noon.AddMinutes(1), 2);
            await writer.WriteAsync(Samples.Series("second"));
        });

        var reader = new TensorBoardReader(folder.Root);
        var events = await reader.AllAsync();

        Assert.Empty(reader.Report.Notices);
        var start = Assert.IsType<RunStarted>(events[0].Event);
        Assert.Equal(("r", "tensorboard", Samples.Noon.AddSeconds(1)), (start.Name, start.Source, start.Time));
        var notes = Assert.Single(events.Select(item => item.Event).OfType<MediaLogged>());
        Assert.Equal((MediaKind.Text, "notes", "größer\n= besser"), (notes.Kind, notes.Name, Encoding.UTF8.GetString(notes.Content ?? [])));
        var described = events.Select(item => item.Event).OfType<RunStarted>().Single(item => item.Hyperparams is not null);
        Assert.Equal("""{"lr":0.5,"optimizer/name":"adam","optimizer/betas":"[1,2]","amp":true}""", described.Hyperparams?.GetRawText());
        var resume = Assert.Single(events.Select(item => item.Event).OfType<RunResumed>());
        Assert.Equal((2, 2L), (resume.Attempt, resume.FromStep));
        var floats = Samples.OddValues.Select(value => (double)(float)value).ToList();
        Samples.AssertSameBits([.. floats, .. floats], events.Values().Select(point => point.Value));
        Assert.Equal(Enumerable.Repeat("loss", floats.Count).Concat(Enumerable.Repeat("second", floats.Count)),
            events.Values().Select(point => point.Series));
        Assert.Equal(1L << 53, events.Values().Last().Step);
        var stop = Assert.IsType<RunStopped>(events[^1].Event);
        Assert.Equal((RunStatus.Completed, run.EndedAt), (stop.Status, stop.Time));
    }

    [Fact]
    public async Task Names_survive_whatever_they_hold()
    {
        await WriteAsync("r", Samples.Run(), async writer =>
        {
            foreach (var name in Samples.OddNames)
            {
                await writer.WriteAsync(Samples.Series(name));
            }
        });

        var names = (await new TensorBoardReader(folder.Root).AllAsync()).Values().Select(point => point.Series).Distinct();

        Assert.Equal(Samples.OddNames.Select(Samples.Stored), names);
    }

    [Fact]
    public async Task A_moved_folder_is_the_same_run()
    {
        var path = await WriteAsync("here", Samples.Run(), writer => writer.WriteAsync(Samples.Series()).AsTask());
        var here = await new TensorBoardReader(folder.Root).AllAsync();
        Directory.Move(folder.PathTo("here"), folder.PathTo("there"));

        var there = await new TensorBoardReader(folder.Root).AllAsync();
        var alone = await new TensorBoardReader(path.Replace("here", "there", StringComparison.Ordinal), "label").AllAsync();

        Assert.Equal(here.Select(Identity), there.Select(Identity));
        Assert.Equal(here[0].Event.RunId, alone[0].Event.RunId);
        Assert.Equal(("there", "label"), (Assert.IsType<RunStarted>(there[0].Event).Name, Assert.IsType<RunStarted>(alone[0].Event).Name));

        static (string, string, long) Identity(SourceEvent item) =>
            (item.Event.RunId, item.Part, item.Part is "end" or "hyperparameters" ? 0 : item.Number);
    }

    [Fact]
    public async Task A_truncated_file_is_read_up_to_its_last_whole_record()
    {
        var path = await WriteAsync("r", Samples.Run() with { EndedAt = null }, writer => writer.WriteAsync(Samples.Series()).AsTask());
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, whole[..^5], TestContext.Current.CancellationToken);

        var reader = new TensorBoardReader(folder.Root);
        var events = await reader.AllAsync();

        Assert.Equal(Samples.OddValues.Length - 1, events.Values().Count());
        Assert.StartsWith($"r/{Path.GetFileName(path)} ends in the middle of a record, ", Assert.Single(reader.Report.Notices),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_read_up_to_the_damage()
    {
        var path = await WriteAsync("r", Samples.Run() with { EndedAt = null }, writer => writer.WriteAsync(Samples.Series()).AsTask());
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^6] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var reader = new TensorBoardReader(folder.Root);
        var events = await reader.AllAsync();

        Assert.Equal(Samples.OddValues.Length - 1, events.Values().Count());
        Assert.StartsWith($"r/{Path.GetFileName(path)}: The record at byte ", Assert.Single(reader.Report.Notices),
            StringComparison.Ordinal);
        Assert.All(events.Where(item => item.Event is MetricsLogged), item => Assert.Equal($"r/{Path.GetFileName(path)}", item.File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("rubbish that is longer than the head of a record")]
    public async Task A_file_without_events_is_refused(string content)
    {
        var file = folder.Write("events.out.tfevents.1", System.Text.Encoding.UTF8.GetBytes(content));

        var (_, fault) = await new TensorBoardReader(file).RefusedAsync();

        Assert.Equal((RunFileFault.Malformed, "events.out.tfevents.1"), (fault.Fault, fault.File));
        Assert.StartsWith("It has no TensorBoard event.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Written_media_are_read_back()
    {
        MediaLogged[] written =
        [
            Media(MediaKind.Image, "picture", 1, 0, [1, 2, 3]), Media(MediaKind.Image, "picture", 1, 2, [4]),
            Media(MediaKind.Audio, "voice", 2, 0, [5, 6]), Media(MediaKind.Text, "sample", 3, 0, Encoding.UTF8.GetBytes("once 日本")),
            Media(MediaKind.Histogram, "weights", 4, 0, """{"edges":[-1,0,2.5],"counts":[3,0.5],"nan_count":0,"infinite_count":0}"""u8),
            Media(MediaKind.Table, "table", 5, 0, """{"columns":["a"],"rows":[]}"""u8),
        ];
        await WriteAsync("r", Samples.Run(), async writer =>
        {
            foreach (var media in written)
            {
                await writer.WriteAsync(media);
            }
        });

        var read = (await new TensorBoardReader(folder.Root).AllAsync()).Select(item => item.Event).OfType<MediaLogged>().ToList();

        Assert.Equal(["picture", "picture/2", "voice", "sample", "weights"], read.Select(media => media.Name));
        Assert.Equal([1, 1, 2, 3, 4], read.Select(media => media.Step));
        Assert.Equal(written[..5].Select(media => media.Content), read.Select(media => media.Content));
        Assert.All(read, media => Assert.Equal(Samples.Noon, media.Time));
    }

    [Fact]
    public async Task Values_of_other_kinds_are_counted()
    {
        var path = await WriteAsync("r", Samples.Run(), _ => Task.CompletedTask);
        // An event with a summary of one value: the tag "x" and an empty tensor.
        byte[] tensor = [0x2a, 7, 0x0a, 5, 0x0a, 1, (byte)'x', 0x42, 0];
        await using (var file = new FileStream(path, FileMode.Append))
        {
            var records = new TfRecordWriter(file);
            await records.WriteAsync(tensor, TestContext.Current.CancellationToken);
            await records.WriteAsync(tensor, TestContext.Current.CancellationToken);
            await records.FlushAsync(TestContext.Current.CancellationToken);
        }

        var reader = new TensorBoardReader(folder.Root);
        await reader.AllAsync();

        Assert.Equal(2, reader.Report.Ignored);
        Assert.Equal("2 values of other kinds left out: Trainyard does not store them.", Assert.Single(reader.Report.Notices));
    }

    [Fact]
    public async Task A_large_file_is_written_and_read_a_piece_at_a_time()
    {
        const int Blocks = 20;
        const int PointsPerBlock = 4_000;
        var path = folder.PathTo("r", TensorBoardWriter.FileName(Samples.Run()));
        await using (var file = File.Create(path))
        await using (var writer = await TensorBoardWriter.CreateAsync(file, Samples.Run(), TestContext.Current.CancellationToken))
        {
            for (var block = 0; block < Blocks; block++)
            {
                var before = file.Length;
                await writer.WriteAsync(Samples.Block(block * PointsPerBlock, PointsPerBlock), TestContext.Current.CancellationToken);
                Assert.True(file.Length > before);
            }
        }

        var reader = new TensorBoardReader(folder.Root);
        var points = 0;
        await foreach (var item in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            points += item.Event is MetricsLogged ? 1 : 0;
            Assert.True(reader.BytesRead <= (reader.BytesTotal * ((points / PointsPerBlock) + 2) / Blocks));
            if (points == Blocks * PointsPerBlock / 2)
            {
                Assert.InRange(reader.BytesRead, reader.BytesTotal / 3, reader.BytesTotal * 2 / 3);
            }
        }
        Assert.Equal(Blocks * PointsPerBlock, points);
        Assert.Equal(reader.BytesTotal, reader.BytesRead);
    }

    [Fact]
    public void The_name_of_a_file_has_the_start_and_the_run() => Assert.Equal(
        string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{Samples.Noon.ToUnixTimeSeconds() + 1}.trainyard.r"),
        TensorBoardWriter.FileName(Samples.Run()));

    private async Task<string> WriteAsync(string name, Json.ExportedRun run, Func<TensorBoardWriter, Task> write)
    {
        var path = folder.PathTo(name, TensorBoardWriter.FileName(run));
        await using var file = File.Create(path);
        await using var writer = await TensorBoardWriter.CreateAsync(file, run);
        await write(writer);
        await writer.EndAsync();
        return path;
    }

    private static MediaLogged Media(MediaKind kind, string name, long step, int index, ReadOnlySpan<byte> content) => new()
    {
        EventId = Guid.Empty,
        RunId = "r",
        Time = Samples.Noon,
        Kind = kind,
        Name = name,
        Step = step,
        Index = index,
        Content = content.ToArray(),
    };
}
