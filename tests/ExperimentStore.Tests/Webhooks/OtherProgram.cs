using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Trainyard.ExperimentStore.Tests.Webhooks;

/// <summary>A receiver of webhooks. Verifies signatures and answers as the test configures.</summary>
internal sealed class OtherProgram : IAsyncDisposable
{
    public const string Secret = "a secret of some length";

    private readonly WebApplication app;
    private int requests;

    // Header and body member that contain the same id.
    private OtherProgram(string header, string member, Func<int, IResult> answer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync();
            var time = request.Headers["X-Trainyard-Timestamp"].ToString();
            var signature = "sha256=" + Convert.ToHexStringLower(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
            var posted = JsonElement.Parse(body);
            if (request.Headers["X-Trainyard-Signature"] != signature || request.Headers[header] != posted.GetProperty(member).GetString())
            {
                return Results.StatusCode(401);
            }
            var given = answer(Interlocked.Increment(ref requests));
            Heard.Enqueue(posted);
            return given;
        });
        app.MapGet("/elsewhere", () => Results.Ok());
        app.MapPost("/elsewhere", () => Results.Ok());
    }

    /// <summary>All requests with a valid signature, including repetitions.</summary>
    public ConcurrentQueue<JsonElement> Heard { get; } = [];

    public string Url => app.Urls.First() + "/hook";

    /// <summary>A trainer's address.</summary>
    public static Task<OtherProgram> TrainerAsync(Func<int, IResult> answer) => StartAsync(new("X-Trainyard-Trial", "trial_id", answer));

    /// <summary>A webhook for alerts.</summary>
    public static Task<OtherProgram> WebhookAsync(Func<int, IResult> answer) => StartAsync(new("X-Trainyard-Firing", "firing_id", answer));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static async Task<OtherProgram> StartAsync(OtherProgram program)
    {
        await program.app.StartAsync();
        return program;
    }
}
