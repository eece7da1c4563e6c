using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Trainyard.CheckpointFiles;

/// <summary>Inspects checkpoint files and folders on disk. Memory is bounded by the longest header, not by the size of a file.</summary>
public static class CheckpointFile
{
    internal const int MaxProblems = 20;

    private const int MaxFiles = 10_000;
    private const int LongestIndex = 64 << 20;
    private const int LongestPickle = 64 << 20;
    private const int LongestUnmarked = 1 << 20;
    private const string IndexEnd = ".safetensors.index.json";

    private static readonly HashSet<string> PickleEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".tar",
    };
    private static readonly HashSet<string> DataEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".json", ".jsonl", ".txt", ".md", ".yaml", ".yml", ".csv", ".log", ".model",
    };

    /// <summary>Inspects the structure of a file or folder. Reads no tensors and executes nothing.</summary>
    /// <param name="path">A file or folder that exists.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static CheckpointReport Inspect(string path) => Directory.Exists(path) ? InspectFolder(path) : InspectFile(path);

    /// <summary>
    /// The SHA-256 of a file, in lower-case hexadecimal. For a folder, the hash of the output of <c>sha256sum</c> for its files in ordinal
    /// order of their names.
    /// </summary>
    /// <param name="path">A file or folder that exists.</param>
    /// <param name="cancellationToken">Cancels the hashing.</param>
    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, Share, 1 << 20, useAsync: true);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }
        var lines = new StringBuilder();
        foreach (var file in FilesOf(path))
        {
            lines.Append(await HashAsync(file.FullName, cancellationToken)).Append("  ").Append(NameIn(path, file)).Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    /// <summary>
    /// Compares the content of PyTorch's zips with their checksums. Reads them whole, so it takes as long as <see cref="HashAsync"/>.
    /// </summary>
    /// <param name="path">A file or folder that exists.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What is damaged; empty if nothing is.</returns>
    public static async Task<IReadOnlyList<string>> FindDamageAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return await DamageOfFileAsync(path, cancellationToken);
        }
        var problems = new List<string>();
        foreach (var file in FilesOf(path).TakeWhile(_ => problems.Count < MaxProblems))
        {
            var damage = await DamageOfFileAsync(file.FullName, cancellationToken);
            problems.AddRange(damage.Select(problem => $"{NameIn(path, file)}: {problem}"));
        }
        return problems;
    }

    /// <summary>The size of a file or of all files of a folder, in bytes.</summary>
    /// <param name="path">A file or folder that exists.</param>
    public static long SizeOf(string path) => Directory.Exists(path) ? FilesOf(path).Sum(file => file.Length) : new FileInfo(path).Length;

    private static async Task<IReadOnlyList<string>> DamageOfFileAsync(string path, CancellationToken cancellationToken)
    {
        const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, Share, 1 << 16, useAsync: true);
        try
        {
            return file.Length > 0 && FormatOf(path, file) is CheckpointFormat.TorchZip
                ? await TorchZip.FindDamageAsync(file, cancellationToken)
                : [];
        }
        catch (InvalidDataException exception)
        {
            return [exception.Message];
        }
    }

    private static CheckpointReport InspectFolder(string folder)
    {
        var files = FilesOf(folder).ToList();
        var problems = new List<string>();
        if (files.Count == 0)
        {
            problems.Add("the folder holds no files; links are not followed");
        }
        else if (files.Count > MaxFiles)
        {
            return new(CheckpointFormat.Folder, 0, files.Count, null, null, [], [], [$"the folder holds more than {MaxFiles:N0} files"]);
        }
        var reports = files.Select(file => (Name: NameIn(folder, file), Report: InspectFile(file.FullName))).ToList();
        problems.AddRange(reports.SelectMany(report => report.Report.Problems.Select(problem => $"{report.Name}: {problem}")));
        // Skip indexes: they count the tensors of their files again.
        var counted = reports.Where(report => report.Report.Format is not CheckpointFormat.ShardedSafetensors)
            .Select(report => report.Report)
            .ToList();
        return new(
            reports.Exists(report => report.Report.Format is CheckpointFormat.ShardedSafetensors)
                ? CheckpointFormat.ShardedSafetensors
                : CheckpointFormat.Folder,
            files.Sum(file => file.Length), files.Count, Sum(counted, report => report.Tensors), Sum(counted, report => report.Parameters),
            Distinct(counted, report => report.DataTypes), Distinct(counted, report => report.Globals), [.. problems.Take(MaxProblems)])
        {
            HasOnlyKnownFiles = reports.TrueForAll(report => report.Report.HasOnlyKnownFiles),
            Keys = Names(reports.SelectMany(report => report.Report.Keys)),
        };
    }

    private static CheckpointReport InspectFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var format = FormatOf(path, file);
        try
        {
            return format switch
            {
                _ when file.Length == 0 => CheckpointReport.Broken(format, 0, "it is empty"),
                CheckpointFormat.Safetensors => Of(file.Length, SafetensorsHeader.Read(file)),
                CheckpointFormat.ShardedSafetensors => Shards(path, file),
                CheckpointFormat.TorchZip => Of(file.Length, TorchZip.Read(file)),
                CheckpointFormat.Pickle => Of(file.Length, PickleScan.Read(Beginning(file, LongestPickle))),
                _ => new(format, file.Length, 1, null, null, [], [], []) { HasOnlyKnownFiles = IsData(path) },
            };
        }
        catch (Exception exception) when (exception is InvalidDataException or SafetensorsException)
        {
            return CheckpointReport.Broken(format, file.Length, exception.Message);
        }
    }

    /// <summary>By content; a name counts only where it makes the file a stricter kind.</summary>
    private static CheckpointFormat FormatOf(string path, FileStream file)
    {
        Span<byte> beginning = stackalloc byte[4];
        var read = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return beginning[..read] switch
        {
            _ when path.EndsWith(".safetensors", StringComparison.Ordinal) => CheckpointFormat.Safetensors,
            _ when path.EndsWith(IndexEnd, StringComparison.Ordinal) => CheckpointFormat.ShardedSafetensors,
            [(byte)'P', (byte)'K', ..] => CheckpointFormat.TorchZip,
            // Protocols 0 and 1 have no magic number, and even a truncated pickle executes when loaded.
            [0x80, <= 5, ..] => CheckpointFormat.Pickle,
            _ when PickleEndings.Contains(Path.GetExtension(path)) || IsPickle(file) => CheckpointFormat.Pickle,
            _ => CheckpointFormat.Unknown,
        };
    }

    private static bool IsPickle(FileStream file)
    {
        try
        {
            PickleScan.Read(Beginning(file, LongestUnmarked));
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            file.Position = 0;
        }
    }

    /// <summary>Whether a file is one that programs read as data and never run.</summary>
    private static bool IsData(string path) => DataEndings.Contains(Path.GetExtension(path));

    private static CheckpointReport Of(long size, SafetensorsHeader header) => new(
        CheckpointFormat.Safetensors, size, 1, header.Tensors.Count, header.Tensors.Sum(tensor => tensor.Elements),
        [.. header.Tensors.Select(tensor => tensor.DataType).Distinct(StringComparer.Ordinal)], [], [])
    {
        Keys = Names(header.Tensors.Select(tensor => tensor.Name).Concat(header.Metadata.Keys)),
    };

    private static CheckpointReport Of(long size, TorchZip zip) => new(
        CheckpointFormat.TorchZip, size, 1, zip.Storages.Count, zip.Storages.Sum(storage => storage.Elements),
        [.. zip.Storages.Select(storage => storage.Type).Distinct(StringComparer.Ordinal)], zip.Globals, zip.Problems)
    { Keys = zip.Texts };

    private static CheckpointReport Of(long size, PickleScan scan) => new(
        CheckpointFormat.Pickle,
        size,
        1,
        scan.Storages.Count == 0 ? null : scan.Storages.Count,
        scan.Storages.Count == 0 ? null : scan.Storages.Sum(storage => storage.Elements),
        [.. scan.Storages.Select(storage => storage.Type).Distinct(StringComparer.Ordinal)], scan.Globals,
            [.. scan.Refused.Select(name => $"loading it would run {name}").Concat(scan.Misplaced).Take(MaxProblems)])
    {
        Keys = scan.Texts,
    };

    private static CheckpointReport Shards(string path, FileStream file)
    {
        if (file.Length > LongestIndex)
        {
            throw new InvalidDataException($"an index of {file.Length:N0} bytes is too long");
        }
        var folder = Path.GetDirectoryName(path) ?? ".";
        var shards = new Dictionary<string, Dictionary<string, SafetensorsTensor>>(StringComparer.Ordinal);
        var (problems, size) = (new List<string>(), file.Length);
        var index = IndexOf(file);
        foreach (var (tensor, shard) in index)
        {
            if (!shards.TryGetValue(shard, out var held))
            {
                var shardPath = Path.Combine(folder, shard);
                if (Path.GetFileName(shard) != shard || new FileInfo(shardPath) is not { Exists: true, LinkTarget: null })
                {
                    throw new InvalidDataException($"'{shard}', which holds '{tensor}', is not beside it");
                }
                using var content = File.OpenRead(shardPath);
                shards[shard] = held = SafetensorsHeader.Read(content).Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
                size += content.Length;
            }
            if (problems.Count < MaxProblems && !held.ContainsKey(tensor))
            {
                problems.Add($"'{shard}' does not hold '{tensor}'");
            }
        }
        var all = shards.Values.SelectMany(held => held.Values).ToList();
        return new(CheckpointFormat.ShardedSafetensors, size, shards.Count + 1, index.Count, all.Sum(tensor => tensor.Elements),
            [.. all.Select(tensor => tensor.DataType).Distinct(StringComparer.Ordinal)], [], problems)
        {
            Keys = Names(all.Select(tensor => tensor.Name)),
        };
    }

    private static List<(string Tensor, string Shard)> IndexOf(FileStream file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            return [.. json.RootElement.GetProperty("weight_map").EnumerateObject()
                .Select(member => (member.Name, member.Value.GetString() ?? ""))];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("it is no index of safetensors files: it has no weight_map", exception);
        }
    }

    private static byte[] Beginning(FileStream file, int atMost)
    {
        var bytes = new byte[Math.Min(file.Length, atMost)];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static IEnumerable<FileInfo> FilesOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Take(MaxFiles + 1)
            .OrderBy(file => NameIn(folder, file), StringComparer.Ordinal);

    private static string NameIn(string folder, FileInfo file) =>
        Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/');

    private static HashSet<string> Names(IEnumerable<string> names) => new(names, StringComparer.Ordinal);

    private static long? Sum(List<CheckpointReport> reports, Func<CheckpointReport, long?> count) =>
        reports.Exists(report => count(report) is not null) ? reports.Sum(report => count(report) ?? 0) : null;

    private static List<string> Distinct(List<CheckpointReport> reports, Func<CheckpointReport, IReadOnlyList<string>> values) =>
        [.. reports.SelectMany(values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
