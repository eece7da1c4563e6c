using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The keys of a file, which commands change and the gateway reads: no secret is in it.</summary>
public static class KeyFile
{
    private const int LongestFile = 1 << 20;

    /// <summary>The keys; none when there is no file yet.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static IReadOnlyList<ApiKey> Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return [];
        }
        try
        {
            return file.Length <= LongestFile && JsonSerializer.Deserialize<ApiKey[]>(File.ReadAllBytes(path), WireJson.Options) is { } keys
                ? keys
                : throw new InvalidDataException($"{path} is no file of keys.");
        }
        catch (JsonException exception)
        {
            var problems = JsonFaults.Of(File.ReadAllBytes(path), typeof(ApiKey[]), WireJson.Options);
            var reasons = string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}"));
            throw new InvalidDataException($"{path} is no file of keys: {reasons}", exception);
        }
    }

    /// <summary>Replaces the file as a whole, so that nobody reads half of one; only its owner may.</summary>
    public static void Write(string path, IReadOnlyList<ApiKey> keys)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        var written = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var file = new FileStream(written, options))
        {
            JsonSerializer.Serialize(file, keys, WireJson.Options);
            file.Flush(flushToDisk: true);
        }
        File.Move(written, path, overwrite: true);
    }
}
