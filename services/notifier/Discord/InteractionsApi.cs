using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Bodies;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.Notifier.Discord;

/// <summary>The address that Discord sends commands to.</summary>
internal static class InteractionsApi
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int Ping = 1;
    private const int Command = 2;
    private const int Pong = 1;
    private const int Answer = 4;
    private const int OnlyToTheUser = 64;

    public static void MapInteractions(this IEndpointRouteBuilder api) => api.MapPost("/discord/interactions", ReceiveAsync)
        .WithTags("Notifications")
        .WithName("ReceiveDiscordInteraction")
        .WithSummary("The interactions endpoint of the Discord bot: commands of its owner, signed by Discord")
        .WithMetadata(new BodyLimit(MaxBodyBytes, "64 KiB"), new ReadsItsBody())
        .Accepts<JsonObject>("application/json")
        .WithErrors(ErrorCode.Unauthorized, ErrorCode.DataNotFound, ErrorCode.ConfigInvalid)
        .WithRequestExample("""{"type":1}""")
        .WithResponseExample("""{"type":1}""");

    private static async Task<Ok<JsonObject>> ReceiveAsync(
        HttpRequest request, IServiceProvider services, IOptions<DiscordOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (services.GetService<DiscordApplication>() is not { PublicKey: { } key })
        {
            throw new TrainyardException(ErrorCode.DataNotFound, "No Discord bot is set up here (DISCORD__TOKEN).");
        }
        var body = await ReadAsync(request.Body, cancellationToken);
        if (!RequestSignature.IsValid(
            key, request.Headers[RequestSignature.Header].ToString(), request.Headers[RequestSignature.TimeHeader].ToString(), body,
            clock.GetUtcNow()))
        {
            throw new TrainyardException(ErrorCode.Unauthorized, "This request is not signed by Discord.");
        }
        var interaction = Parse(body);
        return TypedResults.Ok(Number(interaction, "type") switch
        {
            Ping => new JsonObject { ["type"] = Pong },
            Command when UserOf(interaction) != options.Value.OwnerId => Say(Text("This Trainyard answers to its owner only.")),
            Command => Say(await services.GetRequiredService<OwnerCommands>().AnswerAsync(interaction, cancellationToken)),
            _ => throw new TrainyardException(ErrorCode.ConfigInvalid, "This type of interaction is not supported."),
        });
    }

    private static JsonObject Text(string content) => new()
    {
        ["content"] = content,
        ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
    };

    private static JsonObject Say(JsonObject message)
    {
        message["flags"] = OnlyToTheUser;
        return new() { ["type"] = Answer, ["data"] = message };
    }

    /// <summary>Who sent it: a member in a server, a user in direct messages.</summary>
    private static string? UserOf(JsonElement interaction) =>
        Member(Member(Member(interaction, "member"), "user"), "id") is { ValueKind: JsonValueKind.String } inServer ? inServer.GetString()
        : Member(Member(interaction, "user"), "id") is { ValueKind: JsonValueKind.String } alone ? alone.GetString()
        : null;

    private static int? Number(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException exception)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, "The body is not JSON.", exception);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBodyBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read > MaxBodyBytes
            ? throw new TrainyardException(ErrorCode.PayloadTooLarge, $"A body may have at most {MaxBodyBytes} bytes.")
            : buffer[..read];
    }
}
