using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Trainyard.Notifier.Discord;

/// <summary>The bot's application at Discord: registers the command at the start, and knows the key that verifies its use.</summary>
internal sealed class DiscordApplication(
    DiscordClient discord, IOptions<DiscordOptions> options, TimeProvider clock, ILogger<DiscordApplication> logger) : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(10);

    private readonly string api = options.Value.ApiUrl.TrimEnd('/');

    /// <summary>The key that Discord signs with, in hexadecimal; null until Discord has answered.</summary>
    public string? PublicKey { get; private set; } = options.Value.PublicKey is { Length: > 0 } key ? key : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = FirstRetry; !stoppingToken.IsCancellationRequested; pause = Min(pause * 2, LongestRetry))
        {
            try
            {
                if (await RegisterAsync(stoppingToken))
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                logger.LogWarning("Can't register the command with Discord yet; retrying in {Pause}: {Fault}", pause, exception.Message);
            }
            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    /// <returns>Whether there is nothing left to do.</returns>
    private async Task<bool> RegisterAsync(CancellationToken cancellationToken)
    {
        var token = options.Value.Token;
        var own = await discord.SendAsync(
            HttpMethod.Get, new($"{api}/applications/@me"), "GET applications/@me", token, null, cancellationToken);
        if (own.Text("id") is not { } id)
        {
            return GiveUpOn(own, "name the bot's application");
        }
        PublicKey ??= own.Text("verify_key");
        var registered = await discord.SendAsync(
            HttpMethod.Post, new($"{api}/applications/{id}/commands"), $"POST applications/{id} commands", token, Command(),
            cancellationToken);
        return registered.IsSuccess || GiveUpOn(registered, "register the command");
    }

    private bool GiveUpOn(DiscordAnswer answer, string what)
    {
        var final = answer is { Wait: null, Status: { } status } && (int)status is >= 400 and < 500;
        logger.LogWarning("Discord did not {What}: it answered {Status}, code {Code}. {Next}", what, (int?)answer.Status, answer.Code,
            final ? "Check DISCORD__TOKEN" : "It is tried again");
        return final;
    }

    private static JsonObject Command()
    {
        var options = new JsonArray(Option("runs", "List the newest runs"), WithRun("status", "Show a run"),
            WithRun("watch", "Get messages about a run"), WithRun("unwatch", "Get no more messages about a run"));
        return new()
        {
            ["name"] = "trainer",
            ["type"] = 1,
            ["description"] = "Trainyard's runs",
            ["options"] = options,
            // In direct messages and servers, whether the bot or the user has installed it.
            ["contexts"] = new JsonArray(0, 1, 2),
            ["integration_types"] = new JsonArray(0, 1),
        };
    }

    private static JsonObject Option(string name, string description) => new()
    {
        ["type"] = 1,
        ["name"] = name,
        ["description"] = description,
    };

    private static JsonObject WithRun(string name, string description)
    {
        var option = Option(name, description);
        option["options"] = new JsonArray(new JsonObject
        {
            ["type"] = 3,
            ["name"] = "run_id",
            ["description"] = "The run's id",
            ["required"] = true,
            ["max_length"] = Contracts.Identifier.MaxLength,
        });
        return option;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
