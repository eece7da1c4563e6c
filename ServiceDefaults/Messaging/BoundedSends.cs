using MassTransit;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// Sends that end, one way or the other. One whose confirmation is under way while the broker goes away may never return, whatever timeout and
/// token it was given (rabbitmq-dotnet-client#1930), though later ones go well. So nobody waits for it longer than for an answer.
/// </summary>
public static class BoundedSends
{
    // MassTransit's own timeout comes first, where it comes at all.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestResponse = TimeSpan.FromSeconds(30);

    /// <summary>The answer to a request, if it comes in the time the request has.</summary>
    /// <exception cref="RequestException">It did not.</exception>
    public static async Task<T> InTimeAsync<T>(this Task<T> answer, RequestTimeout patience, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var longest = patience.Value + Margin;
        try
        {
            return await answer.WaitAsync(longest, time ?? TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException exception) when (!answer.IsCompleted)
        {
            throw new RequestException($"The request did not get away within {longest}.", exception);
        }
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="TimeoutException">The answer did not get away.</exception>
    public static Task RespondInTimeAsync<T>(this ConsumeContext context, T message) where T : class =>
        context.RespondAsync(message).WaitAsync(LongestResponse);
}
