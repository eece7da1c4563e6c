using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Trainyard.ExperimentStore.Bridge;

/// <param name="Taken">The trainer has the order.</param>
/// <param name="Final">It never will: it said so.</param>
/// <param name="Reason">What went wrong.</param>
internal sealed record Answer(bool Taken, bool Final = false, string? Reason = null);

/// <summary>Sends orders. A trainer's answer is not trusted: it can't redirect, hold on, or fill memory.</summary>
internal sealed class TrainerClient(IOptions<TrainerOptions> options, TimeProvider clock) : IDisposable
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
        Timeout = TimeSpan.FromSeconds(options.Value.TimeoutSeconds),
    };

    public async Task<Answer> SendAsync(Trainer trainer, Delivery order, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, trainer.Url);
        request.Content = new StringContent(order.Body, Encoding.UTF8, "application/json");
        request.Headers.Add(Signature.TrialHeader, order.RunId);
        request.Headers.Add("Idempotency-Key", order.RunId);
        Signature.Sign(request, order.Body, trainer.Secret, clock.GetUtcNow());
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(Taken: true),
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError =>
                    new(Taken: false, Final: false, await ShownAsync(response, cancellationToken)),
                >= HttpStatusCode.BadRequest => new(Taken: false, Final: true, await ShownAsync(response, cancellationToken)),
                _ => new(Taken: false, Final: true, $"it answered {(int)response.StatusCode}; redirects are not followed"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new(Taken: false, Final: false, exception.GetBaseException().Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(Taken: false, Final: false, $"no answer within {options.Value.TimeoutSeconds} seconds");
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
