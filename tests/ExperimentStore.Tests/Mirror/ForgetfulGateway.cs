using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Trainyard.ExperimentStore.Tests.Mirror;

/// <summary>A way to a server on which the answer to the first request of each kind is lost, after the server has done it.</summary>
internal sealed class ForgetfulGateway : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http = new();
    private readonly ConcurrentDictionary<string, bool> lost = new();

    private ForgetfulGateway(Uri server)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            using var forwarded = new HttpRequestMessage(
                new(context.Request.Method), new Uri(server, context.Request.Path + context.Request.QueryString.ToString()));
            if (body.Length > 0)
            {
                forwarded.Content = new ByteArrayContent(body.ToArray());
                forwarded.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            }
            using var answer = await http.SendAsync(forwarded);
            if (lost.TryAdd(context.Request.Path, true))
            {
                context.Abort();
                return;
            }
            context.Response.StatusCode = (int)answer.StatusCode;
            await answer.Content.CopyToAsync(context.Response.Body);
        });
    }

    public Uri Address => new(app.Urls.First());

    /// <summary>The paths whose first answer was lost.</summary>
    public ICollection<string> Lost => lost.Keys;

    public static async Task<ForgetfulGateway> StartAsync(Uri server)
    {
        var gateway = new ForgetfulGateway(server);
        await gateway.app.StartAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        http.Dispose();
    }
}
