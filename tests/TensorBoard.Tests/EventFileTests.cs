using Google.Protobuf;

namespace Trainyard.TensorBoard.Tests;

public sealed class EventFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-events-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_number_comes_back()
    {
        double[] values =
        [
            0, -0.0, 1.5, -2.25, float.MaxValue, float.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        ];
        foreach (var form in Enum.GetValues<ScalarForm>())
        {
            var read = await EventFiles.ReadAsync(await EventFiles.WriteAsync(
                [.. values.Select((value, step) => LogEvent.Of(EventFiles.Noon, step, new ScalarValue("a/β", value, form)))]));

            Assert.Equal(values, read.Skip(1).Select(logEvent => Assert.IsType<ScalarValue>(Assert.Single(logEvent.Values)).Value));
        }
    }

    [Fact]
    public async Task A_double_tensor_loses_no_digit()
    {
        var read = await EventFiles.ReadAsync(
            await EventFiles.WriteAsync(LogEvent.Of(EventFiles.Noon, 1, new ScalarValue("x", Math.PI, ScalarForm.Float64Tensor))));

        Assert.Equal(new ScalarValue("x", Math.PI, ScalarForm.Float64Tensor), Assert.Single(read[1].Values));
    }

    [Fact]
    public async Task A_file_cut_anywhere_gives_its_whole_records_and_says_that_it_is_cut()
    {
        var whole = await EventFiles.WriteAsync([.. Enumerable.Range(0, 5).Select(step => EventFiles.Scalar(step, step))]);
        var ends = new HashSet<long>();
        for (var length = 0; length <= whole.Length; length++)
        {
            using var cut = new MemoryStream(whole, 0, length);
            var reader = new EventFileReader(cut);

            var read = await reader.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

            ends.Add(reader.Offset);
            Assert.Equal(reader.Offset != length, reader.Truncated);
            Assert.Equal(ends.Count - 1, read.Count);
        }
    }

    [Fact]
    public async Task A_reader_goes_on_where_another_stopped()
    {
        var whole = await EventFiles.WriteAsync(EventFiles.Scalar(1, 1), EventFiles.Scalar(2, 2));
        using var growing = new MemoryStream(whole, 0, whole.Length - 3);
        var first = new EventFileReader(growing);
        Assert.Equal(2, await first.ReadAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));

        using var rest = new MemoryStream(whole, (int)first.Offset, whole.Length - (int)first.Offset);
        var second = await new EventFileReader(
            rest).ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, Assert.Single(second).Step);
    }

    [Fact]
    public async Task A_changed_byte_is_found_wherever_it_is()
    {
        var whole = await EventFiles.WriteAsync(EventFiles.Scalar(1, 1), EventFiles.Scalar(2, 2));
        for (var place = 0; place < whole.Length; place++)
        {
            var damaged = whole.ToArray();
            damaged[place] ^= 0x10;

            var fault = await Assert.ThrowsAsync<EventFileException>(() => EventFiles.ReadAsync(damaged));

            Assert.Contains(fault.Fault, (EventFileFault[])[EventFileFault.LengthChecksum, EventFileFault.ContentChecksum]);
            Assert.InRange(fault.Offset, 0, place);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_event_are_refused_and_never_read_beyond()
    {
        var random = new Random(20261123);
        var (refused, read) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var content = new byte[random.Next(1, 60)];
            random.NextBytes(content);
            // Field 5 is a summary: most of the code lies behind it.
            (content[0], content[^1]) = round % 2 == 0 ? ((byte)0x2a, content[^1]) : (content[0], content[^1]);
            using var file = new MemoryStream();
            var records = new TfRecordWriter(file);
            await records.WriteAsync(content, TestContext.Current.CancellationToken);
            await records.FlushAsync(TestContext.Current.CancellationToken);
            try
            {
                read += (await EventFiles.ReadAsync(file.ToArray())).Count;
            }
            catch (EventFileException fault)
            {
                Assert.Equal((EventFileFault.Malformed, 0), (fault.Fault, fault.Offset));
                refused++;
            }
        }
        Assert.Equal(20_000, refused + read);
        Assert.True(refused > 10_000);
    }

    [Fact]
    public async Task A_damaged_message_never_ends_in_another_exception()
    {
        var random = new Random(7);
        var message = Wire.EventEncoder.Encode(LogEvent.Of(EventFiles.Noon, 3,
            new ScalarValue("a", 1, ScalarForm.Float64Tensor), new TextValue("t", "text"), new ImagesValue("i", [[1, 2, 3]], 4, 5),
            new AudioValue("s", [[6]], "audio/wav"), new HistogramValue("h", [new(0, 1, 2), new(1, 2, 3)]),
            new HyperparameterSessionStart(new Dictionary<string, HyperparameterValue> { ["lr"] = HyperparameterValue.Of(1.0) }, 5, "g"),
            new HyperparameterExperiment(
                new Dictionary<string, HyperparameterValue> { ["lr"] = HyperparameterValue.Of(1.0) }, ["a"], 5))).ToByteArray();
        for (var round = 0; round < 50_000; round++)
        {
            var damaged = message.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Wire.EventDecoder.Decode(damaged.AsSpan(0, round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length));
            }
            catch (Wire.MalformedMessageException)
            {
                continue;
            }
        }
    }

    [Fact]
    public async Task A_record_beyond_the_limit_is_refused_and_one_that_only_claims_to_be_long_costs_nothing()
    {
        var file = await EventFiles.WriteAsync(LogEvent.Of(EventFiles.Noon, 1, new TextValue("t", new string('x', 1000))));
        using var small = new MemoryStream(file);
        var fault = await Assert.ThrowsAsync<EventFileException>(
            async () => await new EventFileReader(small, maxRecordBytes: 999).ReadAsync().CountAsync());
        Assert.Equal((EventFileFault.TooLong, 40), (fault.Fault, fault.Offset));

        // 64 MiB by its header, three bytes in fact.
        using var claims = new MemoryStream();
        var header = BitConverter.GetBytes(64UL << 20);
        claims.Write([.. header, .. BitConverter.GetBytes(Wire.Crc32C.Masked(header)), 1, 2, 3]);
        claims.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new TfRecordReader(claims);
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.True(reader.Truncated);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public async Task Each_file_has_a_name_of_its_own_and_its_content_appears_when_flushed()
    {
        await using var first = EventFileWriter.Create(Path.Combine(folder, "run"), EventFiles.Noon);
        await using var second = EventFileWriter.Create(Path.Combine(folder, "run"), EventFiles.Noon);
        Assert.NotEqual(first.FilePath, second.FilePath);
        Assert.Matches(@"/events\.out\.tfevents\.1772625600\.[A-Za-z0-9_-]+\.\d+\.\d+$", first.FilePath);

        await first.WriteAsync(EventFiles.Scalar(1, 0.5), TestContext.Current.CancellationToken);
        Assert.Equal(0, new FileInfo(first.FilePath ?? "").Length);
        await first.FlushAsync(TestContext.Current.CancellationToken);

        var run = Assert.Single(EventFolder.Find(folder));
        Assert.Equal(("run", 2), (run.Name, run.Files.Count));
        Assert.Equal(
            [null, 0.5],
            (await run.ReadAsync(cancellationToken: TestContext.Current.CancellationToken)
                .ToListAsync(TestContext.Current.CancellationToken))
                .Select(logEvent => logEvent.Values.OfType<ScalarValue>().SingleOrDefault()?.Value));
    }

    [Fact]
    public async Task A_full_buffer_is_written_out_in_whole_records()
    {
        await using var writer = EventFileWriter.Create(folder, EventFiles.Noon, bufferBytes: 256);
        for (var step = 0; step < 100; step++)
        {
            await writer.WriteAsync(EventFiles.Scalar(step, step), TestContext.Current.CancellationToken);
            using var seen = new MemoryStream(await File.ReadAllBytesAsync(writer.FilePath ?? "", TestContext.Current.CancellationToken));
            var reader = new EventFileReader(seen);
            await reader.ReadAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken);
            Assert.False(reader.Truncated);
        }
        Assert.InRange(new FileInfo(writer.FilePath ?? "").Length, 2000, 100 * 60);
    }

    [Fact]
    public async Task A_restart_makes_void_what_was_written_for_its_step_and_later()
    {
        await WriteAsync("run/events.out.tfevents.1.h", EventFiles.Scalar(0, 0), LogEvent.SessionStart(EventFiles.Noon, 0),
            EventFiles.Scalar(1, 1), EventFiles.Scalar(2, 2), EventFiles.Scalar(3, 3));
        await WriteAsync("run/events.out.tfevents.2.h", LogEvent.SessionStart(EventFiles.Noon, 2),
            EventFiles.Scalar(2, 20), EventFiles.Scalar(3, 30), EventFiles.Scalar(4, 40));
        await WriteAsync("run/events.out.tfevents.3.h", LogEvent.SessionStart(EventFiles.Noon, 4), EventFiles.Scalar(4, 400));

        var clean = await EventFolder.Find(folder).Single().ReadCleanAsync(
            cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [(0, 0), (1, 1), (2, 20), (3, 30), (4, 400.0)],
            clean.SelectMany(logEvent => logEvent.Values.OfType<ScalarValue>().Select(value => (logEvent.Step, value.Value))));
    }

    [Fact]
    public async Task Folders_with_event_files_are_runs_and_links_are_not_followed()
    {
        await WriteAsync("events.out.tfevents.1.h", EventFiles.Scalar(1, 1));
        await WriteAsync("a/train/events.out.tfevents.1.h", EventFiles.Scalar(1, 1));
        await WriteAsync("a/val/events.out.tfevents.1.h", EventFiles.Scalar(1, 1));
        await File.WriteAllTextAsync(Path.Combine(folder, "a", "notes.txt"), "no event file", TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(Path.Combine(folder, "loop"), folder);

        Assert.Equal(["", "a/train", "a/val"], EventFolder.Find(folder).Select(run => run.Name));
    }

    private async Task WriteAsync(string path, params LogEvent[] events)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
        await File.WriteAllBytesAsync(file, await EventFiles.WriteAsync(events));
    }
}
