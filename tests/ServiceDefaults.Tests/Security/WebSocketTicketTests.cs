using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Security;

public class WebSocketTicketTests
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public void Every_gateway_with_the_same_key_takes_a_ticket_once()
    {
        var (one, other) = (Tickets("correct-horse-battery"), Tickets("correct-horse-battery"));
        var ticket = one.Issue("ty-secret");

        Assert.DoesNotContain("ty-secret", ticket, StringComparison.Ordinal);
        Assert.Equal("ty-secret", other.Redeem(ticket));
        Assert.Null(other.Redeem(ticket));
    }

    [Fact]
    public void A_ticket_ends()
    {
        var tickets = Tickets("correct-horse-battery");
        var ticket = tickets.Issue("ty-secret");
        clock.Advance(WebSocketTickets.Lifetime);

        Assert.Null(tickets.Redeem(ticket));
    }

    [Fact]
    public void A_ticket_issued_while_the_clock_was_ahead_does_not_last_longer()
    {
        var tickets = Tickets("correct-horse-battery");
        clock.Advance(TimeSpan.FromMinutes(10));
        var ticket = tickets.Issue("ty-secret");
        clock.AdjustTime(clock.GetUtcNow() - TimeSpan.FromMinutes(10));

        Assert.Null(tickets.Redeem(ticket));
    }

    [Fact]
    public void A_used_ticket_stays_used_when_the_clock_is_set_back()
    {
        var tickets = Tickets("correct-horse-battery");
        var (first, start) = (tickets.Issue("ty-secret"), clock.GetUtcNow());
        Assert.NotNull(tickets.Redeem(first));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(tickets.Redeem(tickets.Issue("ty-secret")));

        clock.AdjustTime(start);

        Assert.Null(tickets.Redeem(first));
    }

    [Fact]
    public void A_ticket_of_another_Trainyard_or_a_changed_one_is_none()
    {
        var tickets = Tickets("correct-horse-battery");
        var ticket = tickets.Issue("ty-secret");

        Assert.Null(Tickets("another-horse-battery").Redeem(ticket));
        Assert.Null(Tickets(apiKey: null).Redeem(ticket));
        Assert.Null(tickets.Redeem((ticket[0] == 'A' ? 'B' : 'A') + ticket[1..]));
        Assert.All((string[])["", "A", "not base64!", ticket[..^4], new string('A', 100)], odd => Assert.Null(tickets.Redeem(odd)));
    }

    private WebSocketTickets Tickets(string? apiKey) => new(Options.Create(new SecurityOptions { ApiKey = apiKey }), clock);
}
