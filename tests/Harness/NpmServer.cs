using System.Diagnostics;

namespace Trainyard.Harness;

/// <summary>
/// A server that is an npm package, installed into <c>tests/Harness/Npm</c> by the first test that wants one. Without npm the
/// tests that need it are skipped. Use it as an assembly fixture.
/// </summary>
public abstract class NpmServer : IAsyncLifetime
{
    private static readonly Lazy<Task<string?>> Installed = new(InstallAsync);

    private NativeServer? server;
    private Uri? address;
    private string skipReason = "The server was not started: use it as an assembly fixture.";

    /// <summary>Where it listens. Skips the calling test when this machine has no npm.</summary>
    public Uri Address
    {
        get
        {
            Assert.SkipWhen(address is null, skipReason);
            return address;
        }
    }

    private static string Packages => Path.Combine(Processes.Repository.PathTo("tests", "Harness", "Npm"));

    public async ValueTask InitializeAsync()
    {
        if (await Installed.Value is { } missing)
        {
            skipReason = missing;
            return;
        }
        var (port, folder) = (FreePort.Next(), NativeServer.CreateFolder("npm"));
        server = NativeServer.Start(folder, Command(Path.Combine(Packages, "node_modules", ".bin"), port, folder));
        await server.UntilAsync(() => NativeServer.AcceptsAsync(port));
        address = new Uri($"http://127.0.0.1:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    protected abstract IReadOnlyList<string> Command(string binaries, int port, string folder);

    /// <returns>Why it can't be; null once the packages are there.</returns>
    private static async Task<string?> InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Packages, "node_modules")))
        {
            return null;
        }
        try
        {
            using var installing = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = Packages,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (installing is null)
            {
                return "npm did not start.";
            }
            var written = await Task.WhenAll(installing.StandardOutput.ReadToEndAsync(), installing.StandardError.ReadToEndAsync());
            await installing.WaitForExitAsync();
            return installing.ExitCode == 0
                ? null
                : throw new InvalidOperationException($"npm ci ended with {installing.ExitCode}: {string.Concat(written)}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "npm is not installed, so neither s3rver nor Azurite can be.";
        }
    }
}

/// <summary>s3rver: the protocol of S3, with the bucket <see cref="Bucket"/>.</summary>
public sealed class S3Server : NpmServer
{
    public const string Bucket = "trainyard";

    /// <summary>What it knows as access key and as secret.</summary>
    public const string Key = "S3RVER";

    protected override IReadOnlyList<string> Command(string binaries, int port, string folder) =>
    [
        Path.Combine(binaries, "s3rver"), "--directory", folder, "--address", "127.0.0.1", "--port", $"{port}",
        "--configure-bucket", Bucket, "--silent",
    ];
}

/// <summary>Azurite: the protocol of Azure Blob Storage.</summary>
public sealed class AzureBlobServer : NpmServer
{
    // The account and key that every Azurite has, from its documentation.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Address}{Account};";

    protected override IReadOnlyList<string> Command(string binaries, int port, string folder) =>
    [
        Path.Combine(binaries, "azurite-blob"), "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", folder,
        "--silent", "--skipApiVersionCheck",
    ];
}
