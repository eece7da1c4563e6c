using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Watching;

namespace Trainyard.Notifier.Discord;

/// <summary>The owner's commands: <c>/trainer runs</c>, <c>status</c>, <c>watch</c> and <c>unwatch</c>.</summary>
internal sealed class OwnerCommands(
    StoreApi store, RunBook book, WatchList watchList, IOptions<NotifierOptions> options, ILogger<OwnerCommands> logger)
{
    private const int Listed = 10;

    // Discord drops an answer that takes longer than three seconds.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2.5);

    /// <summary>The answer to a command, as a message.</summary>
    public async Task<JsonObject> AnswerAsync(JsonElement interaction, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            return SubcommandOf(interaction) switch
            {
                ("runs", _) => Say(new DigestMessage("Newest runs", await LinesAsync(limited.Token), 0)),
                ("status", { } id) => await WithRunAsync(id, StatusAsync, limited.Token),
                ("watch", { } id) => await WithRunAsync(id, (run, token) => WatchAsync(run, watched: true, token), limited.Token),
                ("unwatch", { } id) => await WithRunAsync(id, (run, token) => WatchAsync(run, watched: false, token), limited.Token),
                _ => Note("This command is not known. Try: /trainer runs, status, watch or unwatch."),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.LogWarning("A command could not be answered: {Fault}", exception.Message);
            return Note("Trainyard's API does not answer. Try again later.");
        }
    }

    private async Task<IReadOnlyList<string>> LinesAsync(CancellationToken cancellationToken)
    {
        var runs = await store.NewestAsync(Listed, cancellationToken);
        return runs.Count == 0
            ? ["There are no runs yet."]
            : [.. runs.Select(run => $"{RunText.Line(run.Over(null))} ({run.RunId})")];
    }

    private async Task<JsonObject> StatusAsync(StoreRun run, CancellationToken cancellationToken)
    {
        var known = (await book.OpenAsync(cancellationToken)).FirstOrDefault(open => open.RunId == run.RunId);
        return Say(new RunMessage(run.Over(known)));
    }

    private async Task<JsonObject> WatchAsync(StoreRun run, bool watched, CancellationToken cancellationToken)
    {
        await watchList.SetAsync(run, watched, cancellationToken);
        var name = DiscordFormat.Escape(RunText.NameOf(run.Over(null)));
        return Note(watched ? $"You get messages about {name}." : $"You get no more messages about {name}.");
    }

    private async Task<JsonObject> WithRunAsync(
        string id, Func<StoreRun, CancellationToken, Task<JsonObject>> answer, CancellationToken cancellationToken) =>
        Identifier.IsValid(id) && await store.FindAsync(id, cancellationToken) is { } run
            ? await answer(run, cancellationToken)
            : Note("There is no such run. /trainer runs lists the newest ones with their ids.");

    private JsonObject Say(Message message) => DiscordFormat.Of(message, options.Value.PublicUrl);

    private static JsonObject Note(string text) => new()
    {
        ["content"] = text,
        ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
    };

    private static (string? Name, string? RunId) SubcommandOf(JsonElement interaction)
    {
        if (!interaction.TryGetProperty("data", out var data) || !IsNamed(data, "trainer")
            || !data.TryGetProperty("options", out var options) || options.ValueKind is not JsonValueKind.Array)
        {
            return default;
        }
        var chosen = options.EnumerateArray().FirstOrDefault();
        var name = TextOf(chosen, "name");
        var run = chosen.ValueKind is JsonValueKind.Object && chosen.TryGetProperty("options", out var given)
            && given.ValueKind is JsonValueKind.Array
            ? given.EnumerateArray().FirstOrDefault(option => IsNamed(option, "run_id"))
            : default;
        return (name, TextOf(run, "value")?.Trim());
    }

    private static bool IsNamed(JsonElement json, string name) => TextOf(json, "name") == name;

    private static string? TextOf(JsonElement json, string member) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
