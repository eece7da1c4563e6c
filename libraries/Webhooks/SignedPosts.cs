using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trainyard.Webhooks;

/// <summary>What became of a post.</summary>
/// <param name="Taken">The receiver accepted it.</param>
/// <param name="Final">The receiver refused it for good: don't retry.</param>
/// <param name="Reason">What went wrong.</param>
public sealed record Answer(bool Taken, bool Final = false, string? Reason = null)
{
    /// <summary>The post was never sent: the key that sealed its secret is missing.</summary>
    public static Answer SecretLost { get; } = new(Taken: false, Final: true, "its secret can't be decrypted; delete it and add it again");
}

/// <summary>A request to another program.</summary>
/// <param name="Id">The same for every attempt, so that the receiver can recognise a repetition.</param>
/// <param name="IdHeader">The header that carries the id, in addition to <c>Idempotency-Key</c>.</param>
/// <param name="Url">The receiver's address.</param>
/// <param name="Secret">Signs the request; null leaves it unsigned.</param>
/// <param name="Body">JSON.</param>
public sealed record Post(string Id, string IdHeader, string Url, string? Secret, string Body);

/// <summary>
/// Posts to other programs. Answers are not trusted: they can't redirect, block, or fill memory. They are not shown either: a caller
/// who may read a post's result may not read what an internal service answers.
/// </summary>
public sealed class SignedPosts(IOptions<OutboundOptions> options, TimeProvider clock, ILogger<SignedPosts> logger) : IDisposable
{
    private readonly HttpClient http = new OutboundNetworks(options.Value.Networks).CreateClient();

    /// <summary>Sends a post, and says what its receiver answered.</summary>
    /// <param name="post">The post.</param>
    /// <param name="timeout">How long the receiver may take.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Answer> SendAsync(Post post, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
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
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(Taken: true),
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425
                    or >= HttpStatusCode.InternalServerError =>
                    new(Taken: false, Final: false, $"it answered {(int)response.StatusCode}"),
                >= HttpStatusCode.BadRequest => new(Taken: false, Final: true, $"it answered {(int)response.StatusCode}"),
                _ => new(Taken: false, Final: true, $"it answered {(int)response.StatusCode}; redirects are not followed"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            var forbidden = exception.GetBaseException() is ForbiddenAddressException;
            // The exact failure reveals what listens at the address, so it goes only to the operator's log.
            logger.LogInformation(exception, "Can't post {PostId} to {Host}", post.Id, request.RequestUri?.Host);
            return new(Taken: false, Final: forbidden, forbidden ? ForbiddenAddressException.Reason : "it can't be reached");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(Taken: false, Final: false, $"no answer within {timeout.TotalSeconds} seconds");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
