namespace Trainyard.EventIngest.Tests.Hosting;

/// <summary>One ingest for the tests of a class that don't look at what other tests stored.</summary>
public sealed class SharedIngest : IAsyncLifetime
{
    private IngestHost? host;

    internal IngestHost Host => host ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
