using MassTransit;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// Sends with a hard timeout. If the broker goes away while a publish awaits its confirm, the publish may never return and ignores its
/// timeout and token (rabbitmq-dotnet-client#1930). Later publishes succeed.
/// </summary>
public static class BoundedSends
{
    // Lets MassTransit's own timeout fire first, if it fires at all.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Awaits a response at most for the request's timeout plus a margin.</summary>
    /// <exception cref="RequestException">The wait timed out.</exception>
    public static async Task<T> InTimeAsync<T>(
        this Task<T> answer, RequestTimeout timeout, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var limit = timeout.Value + Margin;
        try
        {
            return await answer.WaitAsync(limit, time ?? TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException exception) when (!answer.IsCompleted)
        {
            throw new RequestException($"The request could not be sent within {limit}.", exception);
        }
    }

    /// <exception cref="TimeoutException">The response could not be sent.</exception>
    public static Task RespondInTimeAsync<T>(this ConsumeContext context, T message) where T : class =>
        context.RespondAsync(message).WaitAsync(ResponseTimeout);
}
