using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.Events;

/// <summary>
/// Publishes training progress as <c>trainer.train.*.v1</c> (or another group of the family) on Redis, best effort: programs that are not
/// subscribed miss it. Events that must arrive go over the bus.
/// </summary>
internal sealed class TrainerChannel(
    IConnectionMultiplexer redis, IOptions<EventOptions> settings, IConfiguration configuration, TimeProvider time)
{
    private readonly EventOptions options = settings.Value;

    public Announcer For(RunClaimed run) => new(this, run);

    private void Publish(RunClaimed run, string type, object members)
    {
        if (!options.Enabled || !redis.IsConnected)
        {
            return;
        }

        var json = new JsonObject
        {
            ["type"] = $"{run.Traits().EventGroup}.train.{type}.v1",
            ["request_id"] = $"{run.RunId}/{run.Attempt}",
            ["user_id"] = run.Config.UserId,
            ["model_id"] = $"{run.Config.ModelFamily}-{run.Config.ModelSize}",
            ["run_id"] = run.RunId,
            ["ts"] = JsonSerializer.SerializeToNode(time.GetUtcNow(), WireJson.Options),
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(members, WireJson.Options)?.AsObject() ?? [])
        {
            json[name] = value?.DeepClone();
        }

        var payload = json.ToJsonString();
        var subscriber = redis.GetSubscriber();
        subscriber.Publish(RedisChannel.Literal(ChannelOf(run.Traits().EventGroup)), payload, CommandFlags.FireAndForget);
        subscriber.Publish(RedisChannel.Literal(RedisKeys.RunEvents(run.RunId)), payload, CommandFlags.FireAndForget);
    }

    /// <summary>The channel of a family's events: for <c>digits</c> the one that <c>DIGITS_EVENTS_CHANNEL</c> names.</summary>
    private string ChannelOf(string eventGroup) => eventGroup == ModelFamilyTraits.DefaultEventGroup
        ? options.Channel
        : configuration[$"{eventGroup.ToUpperInvariant()}_EVENTS_CHANNEL"] is { Length: > 0 } channel
            ? channel
            : RedisKeys.EventsChannel(eventGroup);

    /// <summary>Publishes the messages of one run.</summary>
    internal sealed class Announcer(TrainerChannel channel, RunClaimed run)
    {
        private TrainingStarted? start;

        public void Announce(TrainingEvent happened)
        {
            switch (happened)
            {
                case TrainingStarted started:
                    start = started;
                    Publish("started", new { started.TotalEpochs });
                    break;
                case StepMade step when Thinned(step.Step):
                    Publish("batch", new
                    {
                        step.Epoch,
                        start?.TotalEpochs,
                        step.Batch,
                        TotalBatches = start?.StepsPerEpoch,
                        BatchLoss = step.Loss,
                        BatchAcc = step.Accuracy,
                        AvgLoss = step.EpochLoss,
                        SamplesPerSec = step.SamplesPerSecond,
                    });
                    Publish("progress", new { step.Step, start?.TotalSteps, step.Epoch, start?.TotalEpochs });
                    break;
                case EpochCompleted epoch:
                    Publish("epoch", new
                    {
                        epoch.Epoch,
                        start?.TotalEpochs,
                        TrainLoss = epoch.TrainingLoss,
                        ValAcc = epoch.ValidationAccuracy,
                        ValLoss = epoch.ValidationLoss,
                        ValPpl = run.PerplexityOf(epoch.ValidationLoss),
                        TimeS = epoch.Duration.TotalSeconds,
                    });
                    break;
                case Evaluated { IsBest: true } best:
                    Publish("best", new
                    {
                        best.Epoch,
                        ValAcc = best.Scores.Accuracy,
                        ValLoss = best.Scores.Loss,
                        ValPpl = best.Scores.Perplexity,
                    });
                    break;
                case ArtifactWritten artifact:
                    Publish("artifact", new { artifact.Path });
                    break;
                case CheckpointsPruned pruned:
                    Publish("prune", new { DeletedCount = pruned.Count });
                    break;
            }
        }

        public void Completed(TrainingState state) => Publish("completed", new { ValAcc = state.BestAccuracy, ValLoss = state.BestLoss });

        /// <summary>The attempt stopped without a failure.</summary>
        /// <param name="reason"><c>paused</c>, <c>cancelled</c>, <c>shutdown</c> or <c>retry</c>.</param>
        public void Stopped(string reason) => Publish("stopped", new { reason });

        public void Upload(string status, long? modelBytes, long? manifestBytes) =>
            Publish("upload", new { status, modelBytes, manifestBytes });

        public void Pruned(int deleted) => Publish("prune", new { DeletedCount = deleted });

        public void Failed(bool userError, string message) =>
            Publish("failed", new { ErrorKind = userError ? "user" : "system", message });

        private bool Thinned(long step) => channel.options.BatchEvery is > 0 and var every && step % every == 0;

        private void Publish(string type, object members) => channel.Publish(run, type, members);
    }
}
