using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Trainyard.Notifier.Tests.Fakes;

/// <summary>The part of the store's API that the notifier reads.</summary>
internal sealed class FakeStore : FakeServer
{
    private FakeStore()
    {
        App.MapGet("/api/runs", () => IsDown ? Down() : Results.Json(new { items = Runs.Values.ToArray(), next_cursor = (string?)null }));
        App.MapGet("/api/runs/{id}", (string id) =>
            IsDown ? Down() : Runs.TryGetValue(id, out var run) ? Results.Json(run) : Results.Json(new { }, statusCode: 404));
        App.MapGet("/api/alerts/fired", () => IsDown ? Down() : Results.Json(new { items = Firings.ToArray() }));
    }

    public static async Task<FakeStore> StartNewAsync()
    {
        var store = new FakeStore();
        await store.StartAsync();
        return store;
    }

    public ConcurrentDictionary<string, JsonObject> Runs { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<JsonObject> Firings { get; } = [];

    public bool IsDown { get; set; }

    public void Put(string runId, string status, string? name = null, int attempt = 1, string? errorCode = null, string? errorKind = null)
    {
        var now = DateTimeOffset.UtcNow;
        Runs[runId] = new()
        {
            ["run_id"] = runId,
            ["name"] = name ?? runId,
            ["kind"] = "own",
            ["status"] = status,
            ["message"] = "free text that must not leave: /home/me/corpus.txt",
            ["created_at"] = now.AddMinutes(-1).ToString("O"),
            ["started_at"] = now.AddMinutes(-1).ToString("O"),
            ["ended_at"] = status is "running" or "queued" or "interrupted" ? null : now.ToString("O"),
            ["updated_at"] = now.ToString("O"),
            ["attempt"] = attempt,
            ["progress"] = new JsonObject { ["step"] = null, ["total_steps"] = null, ["fraction"] = null, ["epochs"] = null },
            ["eta_seconds"] = null,
            ["error_kind"] = errorKind,
            ["error_code"] = errorCode,
        };
    }

    public void Fire(string firingId, string runId, string kind, string? metric = null, double? value = null) => Firings.Enqueue(new()
    {
        ["firing_id"] = firingId,
        ["alert_id"] = "alert-1",
        ["run_id"] = runId,
        ["attempt"] = 1,
        ["kind"] = kind,
        ["metric"] = metric,
        ["step"] = 7,
        ["value"] = value,
        ["message"] = "the run failed: can't read /home/me/corpus.txt: Once upon a time",
        ["fired_at"] = DateTimeOffset.UtcNow.ToString("O"),
    });

    private static IResult Down() => Results.StatusCode(503);
}
