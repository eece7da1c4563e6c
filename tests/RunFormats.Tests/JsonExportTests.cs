using System.IO.Compression;
using System.Text;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.RunFormats.Json;

namespace Trainyard.RunFormats.Tests;

public sealed class JsonExportTests : IDisposable
{
    private const string Header = """{"type":"export","format":"trainyard","version":1,"exported_at":"2026-03-04T12:00:00Z"}""";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_is_written_is_read_back()
    {
        var lines = new ExportedLog("r", 7, 2, Samples.Noon, "warning", "a line ✓\n");
        var checkpoint = new ExportedCheckpoint("r", "ckpt/2", 2, 2, IsBest: true, 5, new string('b', 64),
            new Dictionary<string, double> { ["val"] = double.NaN }, """{"epoch":2.50}""", Samples.Noon);
        var artifact = new ExportedArtifact("r", "model.bin", "model", 9, new string('a', 64), Samples.Noon);
        var experiment = new ExportedExperiment("e", "search", "größer", """{"lr":[1,2.0]}""", Samples.Noon);
        var file = folder.Write("r.json", await WriteAsync(
            async writer =>
            {
                await writer.WriteAsync(experiment);
                await writer.WriteAsync(Samples.Run(parameters: """{"lr":1e-3,"layers":[1,{"x":null}]}""", notes: "a\n<b>"));
                await writer.WriteAsync(Samples.Series());
                await writer.WriteAsync(checkpoint);
                await writer.WriteAsync(artifact);
                await writer.WriteAsync(lines);
            }));

        var reader = new JsonExportReader(file);
        var events = await reader.AllAsync();

        Assert.Equal(
            new SourceExperiment("e", "search", Samples.Noon) { Description = "größer", SearchSpace = """{"lr":[1,2.0]}""" },
            Assert.Single(reader.Experiments));
        Assert.Equal((reader.BytesTotal, new FileInfo(file).Length), (reader.BytesRead, reader.BytesTotal));
        var start = Assert.Single(events.Select(item => item.Event).OfType<RunStarted>());
        Assert.Equal(("r", "größter Lauf ✓", "a\n<b>", "job", true, Samples.Noon.AddSeconds(1)),
            (start.RunId, start.Name, start.Notes, start.Source, start.SpectralNorm, start.Time));
        Assert.Equal("""{"lr":1e-3,"layers":[1,{"x":null}]}""", start.Hyperparams?.GetRawText());
        Assert.Equal("значение", start.Tags?["ключ"]);
        var resume = Assert.Single(events.Select(item => item.Event).OfType<RunResumed>());
        Assert.Equal((2, 2L), (resume.Attempt, resume.FromStep));
        Samples.AssertSameBits(Samples.OddValues, events.Values().Select(point => point.Value));
        Assert.Equal(1L << 53, events.Values().Last().Step);
        Assert.Equal(Samples.Series().Points.Select(point => point.Time),
            events.Where(item => item.Event is MetricsLogged).Select(item => item.Event.Time));
        var saved = Assert.Single(events.Select(item => item.Event).OfType<CheckpointSaved>());
        Assert.Equal(("ckpt/2", 2L, true, """{"epoch":2.50}"""),
            (saved.Path, saved.Step, saved.IsBest, saved.Metadata?.GetRawText()));
        Assert.Equal("model.bin", Assert.Single(events.Select(item => item.Event).OfType<ArtifactSaved>()).Path);
        Assert.Equal("a line ✓\n", Assert.Single(events.Select(item => item.Event).OfType<LogWritten>()).Message);
        var stop = Assert.IsType<RunStopped>(events[^1].Event);
        Assert.Equal((RunStatus.Completed, "done", 2L, 12.5), (stop.Status, stop.Message, stop.Epochs, stop.DurationMs));
        Assert.Equal(double.NaN, stop.Measurements?["val"]);
    }

    [Fact]
    public async Task Names_survive_whatever_they_hold()
    {
        var file = folder.Write("r.json", await WriteAsync(async writer =>
        {
            await writer.WriteAsync(Samples.Run());
            foreach (var name in Samples.OddNames)
            {
                await writer.WriteAsync(Samples.Series(name));
            }
        }));

        var names = (await new JsonExportReader(file).AllAsync()).Values().Select(point => point.Series).Distinct();

        Assert.Equal(Samples.OddNames.Select(Samples.Stored), names);
    }

    [Fact]
    public async Task Json_of_the_user_keeps_its_digits()
    {
        const string Json = """{"digits":1.00000000000000000001,"big":1E400}""";
        var written = await WriteAsync(writer => writer.WriteAsync(Samples.Run(parameters: Json)));

        var start = Assert.IsType<RunStarted>((await new JsonExportReader(folder.Write("r.json", written)).AllAsync())[0].Event);

        Assert.Equal(Json, start.Hyperparams?.GetRawText());
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_json_of_the_user_is_written_as_it_is_and_refused_when_read()
    {
        const string Json = """{"half":"\ud83d"}""";
        var written = await WriteAsync(writer => writer.WriteAsync(Samples.Run(parameters: Json)));

        var (_, fault) = await new JsonExportReader(folder.Write("r.json", written)).RefusedAsync();

        Assert.Contains(Json, Encoding.UTF8.GetString(written), StringComparison.Ordinal);
        Assert.Equal((RunFileFault.Malformed, "The export can't be read: the JSON of run 'r' has half a surrogate pair."),
            (fault.Fault, fault.Message));
    }

    [Fact]
    public async Task The_identity_of_an_event_depends_on_its_content_and_place_only()
    {
        var written = await WriteAsync(async writer =>
        {
            await writer.WriteAsync(Samples.Run(parameters: """{"lr":1}"""));
            await writer.WriteAsync(Samples.Series());
        });
        var plain = await new JsonExportReader(folder.Write("a.json", written)).AllAsync();
        var packed = await new JsonExportReader(folder.Write("b.json.gz", Gzip(written))).AllAsync();

        Assert.Equal(plain.Select(item => (item.Part, item.Number, item.Event.Json())),
            packed.Select(item => (item.Part, item.Number, item.Event.Json())));
        Assert.Equal(plain.Count, plain.Select(item => (item.Part, item.Number)).Distinct().Count());
    }

    [Fact]
    public async Task A_run_that_had_not_ended_is_interrupted()
    {
        var file = folder.Write("r.json", await WriteAsync(writer =>
            writer.WriteAsync(Samples.Run() with { Status = RunStatus.Running, EndedAt = null })));

        var stop = Assert.IsType<RunStopped>((await new JsonExportReader(file).AllAsync())[^1].Event);

        Assert.Equal((RunStatus.Interrupted, "it had not ended when it was exported"), (stop.Status, stop.Message));
    }

    [Theory]
    [InlineData("no json", "The file is not a Trainyard export, or is damaged. The fault is at $, line 1.")]
    [InlineData("{}", "The file is not a Trainyard export, or is damaged. The fault is at $, line 1.")]
    [InlineData("", "The file is not a Trainyard export, or is damaged. The fault is at $, line 1.")]
    [InlineData("[]", "The export can't be read: it is cut off before its end; everything before that is imported.")]
    [InlineData("[null]", "The export can't be read: an element is null.")]
    [InlineData("""[{"type":"end","runs":0,"points":0}]""", "The export can't be read: it has no header of an export of version 1.")]
    [InlineData("""[{"type":"export","format":"trainyard","version":99,"exported_at":"2026-03-04T12:00:00Z"}]""",
        "The export can't be read: it has no header of an export of version 1.")]
    [InlineData($"[{Header}]", "The export can't be read: it is cut off before its end; everything before that is imported.")]
    [InlineData($$"""[{{Header}},{"type":"surprise"}]""", "The file is not a Trainyard export, or is damaged.*")]
    [InlineData($$"""[{{Header}},{"type":"end","runs":0,"points":0,"more":1}]""", "The file is not a Trainyard export, or is damaged.*")]
    [InlineData($$"""
        [{{Header}},
        {"type":"points","run_id":"r","series":"x","resolution":"raw","seqs":[1],"attempts":[],"steps":[1],"times":[1],"values":[1]}]
        """, "The export can't be read: lists of points of 'x' have different lengths.")]
    [InlineData($$"""
        [{{Header}},
        {"type":"points","run_id":"r","series":"x","resolution":"raw","seqs":[-1],"attempts":[1],"steps":[1],"times":[1],"values":[1]}]
        """, "The export can't be read: a point of 'x' has an invalid position or time.")]
    [InlineData($$$"""
        [{{{Header}}},
        {"type":"run","run_id":"../r","name":"r","status":"completed","created_at":"2026-03-04T12:00:00Z","attempts":[],"tags":{}}]
        """, "The export can't be read: an id must be 1 to 128 characters*")]
    [InlineData($$"""[{{Header}},{"type":"experiment","experiment_id":"..","name":"e","created_at":"2026-03-04T12:00:00Z"}]""",
        "The export can't be read: an experiment's id must be 1 to 128 characters*")]
    public async Task A_malformed_file_is_refused_with_a_reason(string content, string reason)
    {
        var (_, fault) = await new JsonExportReader(folder.Write("r.json", Encoding.UTF8.GetBytes(content))).RefusedAsync();

        Assert.Equal((RunFileFault.Malformed, "r.json"), (fault.Fault, fault.File));
        if (reason.EndsWith('*'))
        {
            Assert.StartsWith(reason[..^1], fault.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(reason, fault.Message);
        }
    }

    [Fact]
    public async Task Everything_before_the_cut_of_a_truncated_file_is_read()
    {
        var whole = await WriteAsync(async writer =>
        {
            await writer.WriteAsync(Samples.Run());
            await writer.WriteAsync(Samples.Series("first"));
            await writer.WriteAsync(Samples.Series("second"));
        });
        var cut = Encoding.UTF8.GetString(whole).IndexOf("\"second\"", StringComparison.Ordinal);

        var (before, fault) = await new JsonExportReader(folder.Write("r.json", whole[..cut])).RefusedAsync();
        var (_, packedFault) = await new JsonExportReader(folder.Write("r.gz", Gzip(whole)[..100])).RefusedAsync();

        Assert.Equal(["first"], before.Values().Select(point => point.Series).Distinct());
        Assert.Equal(Samples.OddValues.Length, before.Values().Count());
        Assert.Equal((RunFileFault.Malformed, RunFileFault.Malformed), (fault.Fault, packedFault.Fault));
    }

    [Fact]
    public async Task A_file_that_unpacks_to_too_much_is_refused()
    {
        var packed = Gzip([.. Encoding.UTF8.GetBytes($"[{Header}"), .. Enumerable.Repeat((byte)' ', 200_000)]);

        var (_, fault) = await new JsonExportReader(folder.Write("r.json.gz", packed), maxUnpackedBytes: 100_000).RefusedAsync();

        Assert.Equal((RunFileFault.UnpacksToTooMuch, "The export unpacks to more than 100000 bytes."), (fault.Fault, fault.Message));
    }

    [Fact]
    public async Task An_element_may_not_be_larger_than_its_allowance()
    {
        await using var input = new MemoryStream(new byte[1000]);
        await using var bounded = new AllowanceStream("r.json", input, maxBetweenRenewals: 300, maxTotal: 900);
        var buffer = new byte[1000];

        Assert.Equal(300, await bounded.ReadAsync(buffer, TestContext.Current.CancellationToken));
        var tooLarge = await Assert.ThrowsAsync<InvalidRunFileException>(
            () => bounded.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask());
        bounded.Renew();
        Assert.Equal(300, await bounded.ReadAsync(buffer, TestContext.Current.CancellationToken));

        Assert.Equal("An element of the export is larger than 300 bytes.", tooLarge.Message);
    }

    [Fact]
    public async Task A_large_file_is_written_and_read_a_block_at_a_time()
    {
        const int Blocks = 40;
        const int PointsPerBlock = 2_000;
        var path = folder.PathTo("large.json");
        await using (var file = File.Create(path))
        {
            var writer = new JsonExportWriter(file);
            await writer.BeginAsync(Samples.Noon, TestContext.Current.CancellationToken);
            await writer.WriteAsync(Samples.Run(), TestContext.Current.CancellationToken);
            for (var block = 0; block < Blocks; block++)
            {
                var before = file.Length;
                await writer.WriteAsync(Samples.Block(block * PointsPerBlock, PointsPerBlock), TestContext.Current.CancellationToken);
                Assert.True(file.Length > before);
            }
            await writer.EndAsync(TestContext.Current.CancellationToken);
        }

        var reader = new JsonExportReader(path);
        var points = 0;
        await foreach (var item in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            points += item.Event is MetricsLogged ? 1 : 0;
            // At most a block and a buffer ahead.
            Assert.True(reader.BytesRead <= reader.BytesTotal * ((points / PointsPerBlock) + 3) / Blocks);
        }

        Assert.Equal(Blocks * PointsPerBlock, points);
    }

    private static async Task<byte[]> WriteAsync(Func<JsonExportWriter, Task> write)
    {
        using var output = new MemoryStream();
        var writer = new JsonExportWriter(output);
        await writer.BeginAsync(Samples.Noon);
        await write(writer);
        await writer.EndAsync();
        return output.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }
}
