using System.Net;
using System.Text;

namespace Trainyard.ExperimentStore.Outbound;

/// <param name="Taken">Whoever was sent it has it.</param>
/// <param name="Final">They never will: they said so.</param>
/// <param name="Reason">What went wrong.</param>
internal sealed record Answer(bool Taken, bool Final = false, string? Reason = null);

/// <summary>Something for a program elsewhere.</summary>
/// <param name="Id">The same each time it is sent, so that a repetition is known as one.</param>
/// <param name="IdHeader">The header that says it, besides <c>Idempotency-Key</c>.</param>
/// <param name="Url">To whom.</param>
/// <param name="Secret">Signs it; unsigned without one.</param>
/// <param name="Body">JSON.</param>
internal sealed record Post(string Id, string IdHeader, string Url, string? Secret, string Body);

/// <summary>Posts to programs elsewhere. Their answers are not trusted: they can't redirect, hold on, or fill memory.</summary>
internal sealed class SignedPosts(TimeProvider clock) : IDisposable
{
    private const int MostShown = 300;

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
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
                    new(Taken: false, Final: false, await ShownAsync(response, patience.Token)),
                >= HttpStatusCode.BadRequest => new(Taken: false, Final: true, await ShownAsync(response, patience.Token)),
                _ => new(Taken: false, Final: true, $"it answered {(int)response.StatusCode}; redirects are not followed"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new(Taken: false, Final: false, exception.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(Taken: false, Final: false, $"no answer within {timeout.TotalSeconds} seconds");
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<string> ShownAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new byte[MostShown];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(bytes, MostShown, throwOnEndOfStream: false, cancellationToken);
        var text = new string([.. Encoding.UTF8.GetString(bytes, 0, read).Select(character => char.IsControl(character) ? ' ' : character)]).Trim();
        return $"it answered {(int)response.StatusCode}{(text.Length > 0 ? $": {text}" : "")}";
    }
}
