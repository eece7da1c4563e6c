using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Trainyard.Bench.Loads;

/// <summary>An endpoint that reads the body and answers 202: the upper limit of a Kestrel service on this machine.</summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    private readonly WebApplication app;

    private BareEndpoint(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public static async Task<BareEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var endpoint = builder.Build();
        endpoint.MapPost("/api/events/ml", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return TypedResults.Accepted((string?)null);
        });
        await endpoint.StartAsync();
        return new(endpoint);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
