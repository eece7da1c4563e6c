using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>Clients that others generate from the OpenAPI document: they compile, and do what docs/getting-started.md does.</summary>
public sealed class TypedClientTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task A_generated_typescript_client_does_the_getting_started()
    {
        await using var standalone = await StartAsync();
        await DownloadAsync(standalone.Address, Path.Combine(OpenApiTools.Folder, "generated", "openapi.json"));

        await OpenApiTools.NodeAsync("npm", "run", "--silent", "schema");
        await OpenApiTools.NodeAsync("npm", "run", "--silent", "compile");
        var output = await OpenApiTools.NodeAsync("node", "generated/getting-started.js", standalone.Address.ToString(), "docs");

        Assert.Equal("done", output.Trim());
    }

    [Fact]
    public async Task A_generated_csharp_client_does_the_getting_started()
    {
        await using var standalone = await StartAsync();
        // Outside the repository, whose rules for source files are not the generator's.
        var project = data.File("client");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(OpenApiTools.Folder, "csharp"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(project, Path.GetRelativePath(Path.Combine(OpenApiTools.Folder, "csharp"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? project);
            File.Copy(file, copy);
        }
        await DownloadAsync(standalone.Address, Path.Combine(project, "openapi.json"));

        await OpenApiTools.RunAsync(project, "dotnet", "tool", "restore");
        await OpenApiTools.RunAsync(project, "dotnet", "kiota", "generate", "--language", "csharp", "--class-name", "TrainyardApi",
            "--namespace-name", "Trainyard.Client", "--openapi", "openapi.json", "--output", "Client", "--exclude-backward-compatible");
        var output = await OpenApiTools.RunAsync(project, "dotnet", "run", "--", standalone.Address.ToString(), "docs");

        Assert.EndsWith("done", output.Trim(), StringComparison.Ordinal);
    }

    private async Task<TrainyardProcess> StartAsync()
    {
        var standalone = await TrainyardProcess.StartAsync("Standalone", StandaloneStartTests.Data(data.File("data")));
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(TimeSpan.FromSeconds(30));
        return standalone;
    }

    private static async Task DownloadAsync(Uri address, string path)
    {
        using var client = new TrainyardClient(address);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        await File.WriteAllTextAsync(path, (await client.GetAsync("/openapi/v1.json")).ToJsonString());
    }
}
