namespace Trainyard.Harness.Processes;

public static class Repository
{
    public static string Root { get; } = Find();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the test's holds Aspire.sln.");
        }
        return folder.FullName;
    }
}
