using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Trainyard.Notifier.Tests.Fakes;

/// <summary>An HTTP server on a free port of the loopback address.</summary>
internal abstract class FakeServer : IAsyncDisposable
{
    private readonly WebApplication app;

    protected FakeServer()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
    }

    public string Address => app.Urls.First();

    protected WebApplication App => app;

    public Task StartAsync() => app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
