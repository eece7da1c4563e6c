using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Trainyard.ExperimentStore.Tests.Sweeps;

/// <summary>A trainer someone else wrote: it trusts what is signed, and answers as the test says.</summary>
internal sealed class OtherTrainer : IAsyncDisposable
{
    public const string Secret = "a secret of some length";

    private readonly WebApplication app;
    private int requests;

    private OtherTrainer(Func<int, IResult> answer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/train", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync();
            var time = request.Headers["X-Trainyard-Timestamp"].ToString();
            var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
            var order = JsonElement.Parse(body);
            if (request.Headers["X-Trainyard-Signature"] != signature || request.Headers["X-Trainyard-Trial"] != order.GetProperty("trial_id").GetString())
            {
                return Results.StatusCode(401);
            }
            var given = answer(Interlocked.Increment(ref requests));
            Heard.Enqueue(order);
            return given;
        });
        app.MapGet("/elsewhere", () => Results.Ok());
        app.MapPost("/elsewhere", () => Results.Ok());
    }

    /// <summary>Every order whose signature was right, repeated ones too.</summary>
    public ConcurrentQueue<JsonElement> Heard { get; } = [];

    public string Url => app.Urls.First() + "/train";

    public static async Task<OtherTrainer> StartAsync(Func<int, IResult> answer)
    {
        var trainer = new OtherTrainer(answer);
        await trainer.app.StartAsync();
        return trainer;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
