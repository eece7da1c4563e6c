using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>
/// Calls webhooks of firings, at least once. Every replica runs one. A replica claims a firing for a while by incrementing its number of
/// attempts.
/// </summary>
internal sealed class WebhookSender(
    Database database, SealedSecrets secrets, SignedPosts posts, IOptions<AlertOptions> options, TimeProvider clock,
    ILogger<WebhookSender> logger)
    : BackgroundService
{
    private const string FiringHeader = "X-Trainyard-Firing";
    private const int MaxAtOnce = 16;
    private const int MaxContent = 2000;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                more = await SendDueAsync(stoppingToken) == MaxAtOnce;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Calling webhooks failed. It is retried");
            }
            if (!more)
            {
                await Task.Delay(options.Value.WebhookRetryDelay, clock, stoppingToken);
            }
        }
    }

    private async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = await database.ReadAsync((db, token) => db.AlertFirings
            .Where(firing => firing.WebhookDueAt != null)
            .DueAsync(firing => firing.WebhookDueAt, firing => MaxWait(firing.WebhookAttempts), firing => firing, now, MaxAtOnce, token),
            cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (firing, token) => await SendAsync(firing, token));
        return due.Count;
    }

    private async Task SendAsync(AlertFiring firing, CancellationToken cancellationToken)
    {
        var attempts = firing.WebhookAttempts + 1;
        var claimedUntil = clock.GetUtcNow() + MaxWait(attempts);
        // The replica whose update matches owns this attempt.
        var claimed = await database.WriteAsync((db, token) => db.AlertFirings
            .Where(row => row.Id == firing.Id && row.WebhookAttempts == firing.WebhookAttempts && row.WebhookDueAt != null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.WebhookAttempts, attempts).SetProperty(row => row.WebhookDueAt, claimedUntil), token),
            cancellationToken);
        if (claimed == 0 || firing.WebhookUrl is not { } webhook)
        {
            return;
        }
        var body = await database.ReadAsync((db, token) => BodyAsync(db, firing, token), cancellationToken);
        var timeout = options.Value.WebhookTimeout;
        var answer = secrets.Open(webhook) is { } url
            ? await posts.SendAsync(new(firing.Id, FiringHeader, url, options.Value.WebhookSecret, body), timeout, cancellationToken)
            : Answer.SecretLost;
        var now = clock.GetUtcNow();
        var givenUp = answer.Final || attempts >= options.Value.WebhookMaxAttempts;
        if (!answer.Taken)
        {
            logger.LogWarning("The webhook at {Host} did not accept firing {FiringId}; the call is {Next}: {Reason}",
                SealedSecrets.HostOf(webhook), firing.Id, givenUp ? "given up" : "retried", answer.Reason);
        }
        DateTimeOffset? next = answer.Taken || givenUp ? null : now + Delay(attempts);
        DateTimeOffset? taken = answer.Taken ? now : null;
        var error = answer.Taken ? null : StorableText.CleanOrNull(answer.Reason, 1024);
        await database.WriteAsync((db, token) => db.AlertFirings.Where(row => row.Id == firing.Id)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.WebhookDueAt, next)
                .SetProperty(row => row.WebhookTakenAt, taken)
                .SetProperty(row => row.WebhookError, error), token),
            cancellationToken);
    }

    private async Task<string> BodyAsync(StoreContext db, AlertFiring firing, CancellationToken cancellationToken)
    {
        var rule = await db.AlertRules.AsNoTracking().SingleOrDefaultAsync(row => row.Id == firing.AlertId, cancellationToken);
        var run = await db.Runs.AsNoTracking().Where(row => row.Id == firing.RunId)
            .Select(row => new { row.Name, row.ExperimentId }).SingleOrDefaultAsync(cancellationToken);
        var page = options.Value.PublicUrl is { Length: > 0 } site
            ? $"{site.TrimEnd('/')}/runs/{Uri.EscapeDataString(firing.RunId)}"
            : null;
        var text = $"{rule?.Name ?? "Alert"}: {run?.Name ?? firing.RunId}: {firing.Message}{(page is null ? "" : $" {page}")}";
        // Slack shows text, Discord content. Each ignores unknown members.
        var body = new JsonObject
        {
            ["text"] = text,
            ["content"] = text.Length <= MaxContent ? text : text[..MaxContent],
            ["firing_id"] = firing.Id,
            ["alert_id"] = firing.AlertId,
            ["name"] = rule?.Name,
            ["kind"] = JsonSerializer.SerializeToNode(firing.Kind, WireJson.Options),
            ["run_id"] = firing.RunId,
            ["run_name"] = run?.Name,
            ["experiment_id"] = run?.ExperimentId,
            ["attempt"] = firing.Attempt,
            ["metric"] = firing.Metric,
            ["step"] = firing.Step,
            ["value"] = JsonSerializer.SerializeToNode(FiringView.ValueOf(firing), WireJson.Options),
            ["message"] = firing.Message,
            ["fired_at"] = JsonSerializer.SerializeToNode(firing.FiredAt, WireJson.Options),
            ["url"] = page,
        };
        return body.ToJsonString();
    }

    /// <summary>The time from an attempt to the next one, if its replica dies.</summary>
    private TimeSpan MaxWait(int attempts) =>
        attempts == 0 ? TimeSpan.Zero : options.Value.WebhookTimeout + Delay(attempts);

    private TimeSpan Delay(int attempts) => DoublingPause.After(attempts - 1, options.Value.WebhookRetryDelay, MaxDelay);
}
