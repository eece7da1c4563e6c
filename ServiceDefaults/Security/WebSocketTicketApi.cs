using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>A ticket that opens one WebSocket.</summary>
/// <param name="Ticket">Opens one WebSocket: <c>/ws?ticket=…</c>.</param>
/// <param name="ExpiresIn">Seconds until the ticket expires.</param>
internal sealed record WebSocketTicket(string Ticket, int ExpiresIn);

internal static class WebSocketTicketApi
{
    public static void MapWebSocketTickets(this IEndpointRouteBuilder endpoints) => endpoints.MapPost(ApiKeyExtensions.TicketPath, Issue)
        .WithName("CreateWebSocketTicket").WithTags("Live")
        .WithSummary("Create a ticket for one WebSocket, for browsers: they can't send the API key in a header, and URLs are logged")
        .WithResponseExample("""{"ticket":"3vKq0b6yB1m…","expires_in":60}""");

    private static Ok<WebSocketTicket> Issue(HttpContext http, WebSocketTickets tickets)
    {
        http.Response.Headers.CacheControl = "no-store";
        var ticket = tickets.Issue(http.Request.Headers[ApiKeyExtensions.Header].ToString());
        return TypedResults.Ok(new WebSocketTicket(ticket, (int)WebSocketTickets.Lifetime.TotalSeconds));
    }
}
