using System.Diagnostics;

namespace Trainyard.CheckpointFiles.Tests;

/// <summary>Files that Python wrote the way PyTorch does.</summary>
public sealed class TorchFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("checkpoint-files-").FullName;

    [Theory]
    [InlineData("sound")]
    [InlineData("newer")]
    public async Task A_saved_state_is_sound_and_its_tensors_are_counted(string kind)
    {
        var report = CheckpointFile.Inspect(await WriteAsync(kind));

        Assert.Empty(report.Problems);
        Assert.Equal((CheckpointFormat.TorchZip, 2L, 15L), (report.Format, report.Tensors, report.Parameters));
        Assert.Equal(["FloatStorage"], report.DataTypes);
        Assert.Superset(new HashSet<string> { "model", "epoch", "wte.weight" }, report.Keys.ToHashSet());
        Assert.DoesNotContain("optimizer", report.Keys);
        Assert.Equal(
            ["collections.OrderedDict", "torch.FloatStorage", "torch._utils._rebuild_tensor_v2"],
            report.Globals.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Hundreds_of_tensors_are_found_and_a_shared_one_is_counted_once()
    {
        var report = CheckpointFile.Inspect(await WriteAsync("many"));

        Assert.Empty(report.Problems);
        Assert.Equal((300L, 600L), (report.Tensors, report.Parameters));
    }

    [Theory]
    [InlineData("short", "storage 1 of 3 FloatStorage elements has 11 bytes")]
    [InlineData("missing", "the bytes of storage 1 are missing")]
    [InlineData("compressed", "compressed")]
    [InlineData("other", "no data.pkl")]
    [InlineData("outside", "outside 'model/'")]
    [InlineData("far-offset", "tensor 'far' of storage 0 ends at byte 52, but the storage has 48 bytes")]
    [InlineData("far-stride", "tensor 'wide' of storage 0 ends at byte 60, but the storage has 48 bytes")]
    [InlineData("huge-stride", "tensor 'huge' of storage 0 ends at byte 36,893,488,147,419,103,236")]
    [InlineData("negative-offset", "tensor 'early' of storage 0 has a negative")]
    [InlineData("fewer-strides", "tensor 'odd' of storage 0 has 2 dimensions, but 1 strides")]
    [InlineData("two-sizes", "storage 0 has 3 FloatStorage elements in one place of the pickle and 300 FloatStorage elements in another")]
    public async Task What_does_not_fit_together_is_told(string kind, string problem)
    {
        var report = CheckpointFile.Inspect(await WriteAsync(kind));

        Assert.Equal(CheckpointFormat.TorchZip, report.Format);
        Assert.Contains(report.Problems, found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Views_within_their_storage_are_sound() =>
        Assert.Empty(CheckpointFile.Inspect(await WriteAsync("views")).Problems);

    [Fact]
    public async Task A_tensor_outside_its_storage_is_found_in_a_file_of_an_old_version()
    {
        var problem = Assert.Single(CheckpointFile.Inspect(await WriteAsync("old-far")).Problems);

        Assert.Equal("tensor 'ln.bias' of storage 1 ends at byte 16, but the storage has 12 bytes", problem);
    }

    [Fact]
    public async Task An_entry_that_does_not_match_its_checksum_is_damaged()
    {
        var token = TestContext.Current.CancellationToken;

        var found = Assert.Single(await CheckpointFile.FindDamageAsync(await WriteAsync("bad-crc"), token));
        Assert.Contains("'model/data/0' is damaged: its CRC-32 is", found, StringComparison.Ordinal);
        Assert.Contains("bad-crc.pt: ", Assert.Single(await CheckpointFile.FindDamageAsync(folder, token)), StringComparison.Ordinal);
        Assert.Empty(await CheckpointFile.FindDamageAsync(await WriteAsync("many"), token));
    }

    [Theory]
    [InlineData("hostile", "system")]
    [InlineData("hidden", "eval")]
    [InlineData("bare-hostile", "system")]
    [InlineData("old-hostile", "system")]
    [InlineData("dotted", "os.system")]
    [InlineData("evasive", "(made while loading).(made while loading)")]
    public async Task A_pickle_that_would_run_something_is_told_without_running_it(string kind, string name)
    {
        var path = await WriteAsync(kind);

        var report = CheckpointFile.Inspect(path);

        Assert.Contains(
            report.Problems,
            problem => problem.Contains("would run", StringComparison.Ordinal) && problem.EndsWith(name, StringComparison.Ordinal));
        Assert.False(File.Exists($"{path}.ran"));
    }

    [Theory]
    [InlineData("hostile-zip", "pkgutil", "resolve_name", "x.pt")]
    [InlineData("hostile-zip", "uuid", "_get_command_stdout", "x.ckpt")]
    [InlineData("hostile-zip", "torch.storage", "_load_from_bytes", "x.weights")]
    [InlineData("hostile-4", "pydoc", "pipepager", "x.bin")]
    [InlineData("hostile-4", "imaplib", "IMAP4_stream", "x")]
    [InlineData("hostile-2", "doctest", "debug_script", "x.dat")]
    [InlineData("hostile-1", "marshal", "loads", "x.odd")]
    [InlineData("hostile-0", "pkgutil", "resolve_name", "x.pt")]
    [InlineData("hostile-0", "builtins", "eval", "x.model")]
    [InlineData("hostile-old-0", "pkgutil", "resolve_name", "x.pt")]
    [InlineData("hostile-old-4", "pkgutil", "resolve_name", "x.weights")]
    [InlineData("hostile-behind", "pkgutil", "resolve_name", "x.bin")]
    [InlineData("hostile-broken", "pkgutil", "resolve_name", "x.bin")]
    [InlineData("hostile-case", "pkgutil", "resolve_name", "x.pt")]
    [InlineData("hostile-second", "pkgutil", "resolve_name", "x.pt")]
    [InlineData("hostile-extension", "pkgutil", "resolve_name", "x.pt")]
    public async Task No_pickle_that_names_what_no_tensor_needs_is_sound_however_it_is_wrapped(
        string kind, string module, string name, string file)
    {
        var report = CheckpointFile.Inspect(await WriteAsync(kind, file, module, name));

        Assert.NotEmpty(report.Problems);
    }

    [Theory]
    [InlineData("80022E", "takes a value that is not there")]
    [InlineData("8002522E", "takes a value that is not there")]
    [InlineData("80024B01522E", "takes a value that is not there")]
    [InlineData("80024B01282E", "takes a value that is not there")]
    [InlineData("80025D282861652E", "takes a value that is not there")]
    [InlineData("8002622E", "takes a value that is not there")]
    [InlineData("8002742E", "up to a mark that is not there")]
    [InlineData("800268052E", "recalls value 5")]
    public async Task A_pickle_that_takes_what_is_not_there_is_damaged(string hex, string problem)
    {
        var path = Path.Combine(folder, "x.pkl");
        await File.WriteAllBytesAsync(path, Convert.FromHexString(hex));

        Assert.Contains(problem, Assert.Single(CheckpointFile.Inspect(path).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_file_of_no_known_kind_nothing_is_said()
    {
        var odd = Path.Combine(folder, "weights.dat");
        await File.WriteAllBytesAsync(odd, [1, 2, 3, 4, 5]);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{}");
        await WriteAsync("sound");

        Assert.False(CheckpointFile.Inspect(odd).IsUnderstood);
        Assert.False(CheckpointFile.Inspect(folder).IsUnderstood);
        File.Delete(odd);
        Assert.True(CheckpointFile.Inspect(folder).IsUnderstood);
    }

    [Theory]
    [InlineData("config.json", "{}")]
    [InlineData("config.json", "not json")]
    [InlineData("tokenizer.model", "x")]
    [InlineData("id.pkl", "Pfoo\n.")]
    [InlineData("value.pkl", "I1\n.")]
    public async Task What_holds_no_tensor_is_not_understood(string name, string content)
    {
        var file = Path.Combine(folder, name);
        await File.WriteAllTextAsync(file, content);

        Assert.Equal((false, false), (CheckpointFile.Inspect(file).IsUnderstood, CheckpointFile.Inspect(folder).IsUnderstood));
        Assert.Empty(CheckpointFile.Inspect(folder).Problems);
    }

    [Fact]
    public async Task A_bare_pickle_of_plain_values_is_accepted()
    {
        var report = CheckpointFile.Inspect(await WriteAsync("bare"));

        Assert.Empty(report.Problems);
        Assert.Equal(CheckpointFormat.Pickle, report.Format);
    }

    [Fact]
    public async Task A_file_of_an_old_version_is_read_past_its_magic_number()
    {
        var report = CheckpointFile.Inspect(await WriteAsync("old"));

        Assert.Empty(report.Problems);
        Assert.Equal((CheckpointFormat.Pickle, 2L, 15L), (report.Format, report.Tensors, report.Parameters));
    }

    [Fact]
    public async Task A_file_cut_anywhere_is_told_to_be_broken()
    {
        var whole = await File.ReadAllBytesAsync(await WriteAsync("sound"));
        var cut = Path.Combine(folder, "cut.pt");
        for (var length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllBytesAsync(cut, whole[..length]);
            Assert.NotEmpty(CheckpointFile.Inspect(cut).Problems);
        }
    }

    /// <summary>Whatever is in a file, looking into it answers, and quickly.</summary>
    [Theory]
    [InlineData("sound")]
    [InlineData("bare")]
    public async Task Any_damage_is_survived(string kind)
    {
        var whole = await File.ReadAllBytesAsync(await WriteAsync(kind));
        var (random, damaged) = (new Random(7), Path.Combine(folder, "damaged.pt"));
        for (var time = 0; time < 2_000; time++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            await File.WriteAllBytesAsync(damaged, bytes);
            Assert.Equal(bytes.Length, CheckpointFile.Inspect(damaged).Size);
        }
    }

    private async Task<string> WriteAsync(string kind, string? name = null, params string[] more)
    {
        var path = Path.Combine(folder, name ?? $"{kind}.pt");
        using var python = Process.Start(new ProcessStartInfo(
            "python3", [Path.Combine(AppContext.BaseDirectory, "torch_save.py"), kind, path, .. more])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("python3 did not start.");
        var errors = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, errors);
        return path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
