using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Runs;
using Trainyard.Webhooks;

namespace Trainyard.Notifier.Webhooks;

/// <summary>Milestones as signed JSON to another program, in the form of alert webhooks.</summary>
internal sealed class RunWebhook(SignedPosts posts, IOptions<NotifierOptions> options) : IChannel
{
    private const string DeliveryHeader = "X-Trainyard-Delivery";

    private readonly string url = options.Value.WebhookUrl ?? "";

    public ChannelKind Kind => ChannelKind.Webhook;

    public string Target => new Uri(url).Host;

    public bool Edits => false;

    public bool Takes(Message message) => message is Milestone or TestMessage;

    public async Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken)
    {
        var body = Body(deliveryId, message).ToJsonString();
        var answer = await posts.SendAsync(
            new(deliveryId, DeliveryHeader, url, options.Value.WebhookSecret, body), options.Value.Timeout, cancellationToken);
        return answer switch
        {
            { Taken: true } => Outcome.Delivered(null),
            { Final: true } => Outcome.RefusedFor(answer.Reason ?? "it was refused"),
            _ => Outcome.FailedFor(answer.Reason ?? "it failed"),
        };
    }

    private JsonObject Body(string deliveryId, Message message)
    {
        var text = PlainText.Of(message, maxRows: 0);
        var body = new JsonObject
        {
            ["delivery_id"] = deliveryId,
            ["kind"] = message switch
            {
                Milestone { Ended: false } => "started",
                Milestone => "ended",
                DigestMessage => "digest",
                AlertMessage => "alert",
                _ => "test",
            },
            ["text"] = text.Title,
        };
        switch (message)
        {
            case Milestone { Run: var run }:
                Describe(body, run);
                break;
            case DigestMessage digest:
                body["lines"] = new JsonArray([.. digest.Lines.Select(line => (JsonNode)line)]);
                break;
        }
        return body;
    }

    private void Describe(JsonObject body, RunProgress run)
    {
        body["run_id"] = run.RunId;
        body["run_name"] = RunText.NameOf(run);
        body["model_id"] = run.ModelId is null ? null : Privacy.Clean(run.ModelId);
        body["status"] = run.Status.Name();
        body["attempt"] = run.Attempt;
        body["epoch"] = run.Epoch;
        body["total_epochs"] = run.TotalEpochs;
        body["step"] = run.Step;
        body["total_steps"] = run.TotalSteps;
        body["best"] = run.Best is null ? null : JsonSerializer.SerializeToNode(run.Best, WireJson.Options);
        body["error_code"] = run.ErrorCode is { } code ? RunText.CodeOf(code) : null;
        body["started_at"] = JsonSerializer.SerializeToNode(run.StartedAt, WireJson.Options);
        body["ended_at"] = JsonSerializer.SerializeToNode(run.EndedAt, WireJson.Options);
        body["url"] = RunLink.Of(options.Value.PublicUrl, run.RunId);
    }
}
