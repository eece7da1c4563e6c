namespace Trainyard.RunFormats.Tests;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("trainyard-formats-").FullName;

    public string PathTo(params ReadOnlySpan<string> names)
    {
        var path = Path.Combine([Root, .. names]);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Root);
        return path;
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathTo(name), content);
        return PathTo(name);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
