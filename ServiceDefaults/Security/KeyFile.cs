using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The file of API keys, written by the <c>keys</c> command and read by the gateway. It contains no secrets.</summary>
public static class KeyFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the keys; an empty list if there is no file yet.</summary>
    /// <exception cref="InvalidDataException">The file is not a valid key file.</exception>
    public static IReadOnlyList<ApiKey> Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return [];
        }
        try
        {
            return file.Length <= MaxBytes && JsonSerializer.Deserialize<ApiKey[]>(File.ReadAllBytes(path), WireJson.Options) is { } keys
                ? keys
                : throw new InvalidDataException($"{path} is not a valid key file.");
        }
        catch (JsonException exception)
        {
            var problems = JsonFaults.Of(File.ReadAllBytes(path), typeof(ApiKey[]), WireJson.Options);
            var reasons = string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}"));
            throw new InvalidDataException($"{path} is not a valid key file: {reasons}", exception);
        }
    }

    /// <summary>Replaces the file atomically, readable by its owner only.</summary>
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
