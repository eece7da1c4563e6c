using MassTransit;
using Microsoft.Extensions.Time.Testing;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ServiceDefaults.Tests.Messaging;

public class BoundedSendsTests
{
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 30);

    [Fact]
    public async Task A_request_that_never_returns_is_given_up_after_its_own_timeout()
    {
        var clock = new FakeTimeProvider();
        var waiting = new TaskCompletionSource<string>().Task.InTimeAsync(Patience, TestContext.Current.CancellationToken, clock);

        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<RequestException>(() => waiting);
    }

    [Fact]
    public async Task An_answer_a_refusal_and_giving_up_come_as_they_are()
    {
        Assert.Equal("stored", await Task.FromResult("stored").InTimeAsync(Patience, CancellationToken.None));
        await Assert.ThrowsAsync<TimeoutException>(
            () => Task.FromException<string>(new TimeoutException()).InTimeAsync(Patience, CancellationToken.None));
        await Assert.ThrowsAsync<TaskCanceledException>(
            () => new TaskCompletionSource<string>().Task.InTimeAsync(Patience, new CancellationToken(canceled: true)));
    }
}
