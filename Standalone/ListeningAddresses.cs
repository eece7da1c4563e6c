using Trainyard.StartChecks;

namespace Trainyard.Standalone;

/// <summary>The addresses that the process listens on.</summary>
internal static class ListeningAddresses
{
    public const string Default = "http://localhost:5080";

    /// <summary>Fails early, before anything is started, if another program uses an address.</summary>
    public static void RequireFree(WebApplication app)
    {
        foreach (var url in Configured(app.Configuration))
        {
            if (ListeningAddress.Error(url) is { } error)
            {
                throw new StartException(
                    $"{error}. Set ASPNETCORE_URLS to another address, or pass --urls http://localhost:5081.");
            }
        }
    }

    /// <summary>An address of this process for clients on this machine.</summary>
    public static Uri Local(ICollection<string> urls)
    {
        var first = new Uri(urls.First()
            .Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal));
        return first.Host is "127.0.0.1" ? new UriBuilder(first) { Host = "localhost" }.Uri : first;
    }

    public static bool IsLoopback(string url) => new Uri(url).IsLoopback;

    private static string[] Configured(IConfiguration configuration) =>
        (configuration[WebHostDefaults.ServerUrlsKey] ?? Default)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
