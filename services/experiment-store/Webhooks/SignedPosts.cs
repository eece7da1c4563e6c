using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Trainyard.ExperimentStore.Webhooks;

/// <param name="Taken">Whoever was sent it has it.</param>
/// <param name="Final">They never will: they said so.</param>
/// <param name="Reason">What went wrong.</param>
internal sealed record Answer(bool Taken, bool Final = false, string? Reason = null)
{
    public static Answer SecretLost { get; } = new(Taken: false, Final: true, "its secret can't be decrypted; delete it and add it again");
}

/// <summary>Something for a program elsewhere.</summary>
/// <param name="Id">The same each time it is sent, so that a repetition is known as one.</param>
/// <param name="IdHeader">The header that says it, besides <c>Idempotency-Key</c>.</param>
/// <param name="Url">To whom.</param>
/// <param name="Secret">Signs it; unsigned without one.</param>
/// <param name="Body">JSON.</param>
internal sealed record Post(string Id, string IdHeader, string Url, string? Secret, string Body);

/// <summary>
/// Posts to programs elsewhere. Their answers are not trusted: they can't redirect, hold on, or fill memory. Nor are they shown: whoever may
/// read what became of a post may not read what a service inside answers.
/// </summary>
internal sealed class SignedPosts(IOptions<OutboundOptions> options, TimeProvider clock, ILogger<SignedPosts> logger) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = new OutboundNetworks(options.Value.Networks).ConnectAsync,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="post">What.</param>
    /// <param name="timeout">How long they may take to answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Answer> SendAsync(Post post, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, post.Url);
        request.Content = new StringContent(post.Body, Encoding.UTF8, "application/json");
        request.Headers.Add(post.IdHeader, post.Id);
        request.Headers.Add("Idempotency-Key", post.Id);
        if (post.Secret is { Length: > 0 } secret)
        {
            Signature.Sign(request, post.Body, secret, clock.GetUtcNow());
        }
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(Taken: true),
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError =>
                    new(Taken: false, Final: false, $"it answered {(int)response.StatusCode}"),
                >= HttpStatusCode.BadRequest => new(Taken: false, Final: true, $"it answered {(int)response.StatusCode}"),
                _ => new(Taken: false, Final: true, $"it answered {(int)response.StatusCode}; redirects are not followed"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            var forbidden = exception.GetBaseException() is ForbiddenAddressException;
            // What exactly went wrong tells what is listening there: that is for the operator alone.
            logger.LogInformation(exception, "Posting {PostId} to {Host} failed", post.Id, request.RequestUri?.Host);
            return new(Taken: false, Final: forbidden, forbidden ? ForbiddenAddressException.Reason : "it can't be reached");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(Taken: false, Final: false, $"no answer within {timeout.TotalSeconds} seconds");
        }
    }

    public void Dispose() => http.Dispose();
}
