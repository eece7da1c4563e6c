using System.Diagnostics;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Training;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public sealed class CheckpointWriterTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Fact]
    public void A_checkpoint_holds_the_weights_of_its_step_though_training_goes_on()
    {
        var shape = Scratch.ShapeOf("gpt2");
        var store = new CheckpointStore(scratch["checkpoints"]);
        using var writer = new CheckpointWriter(store, seed: 3);
        // Large enough to change while it is still being copied.
        using var weight = zeros(1 << 24);
        using var moment = zeros(1 << 24);
        CheckpointTensors tensors = new([new("weight", weight)], [new("moment", moment)]);

        for (var step = 1; step <= 3; step++)
        {
            writer.Begin(shape, tensors, new TrainingState { Step = step }, Stopwatch.GetTimestamp());
            writer.WaitUntilCopied();
            weight.fill_(step);
            moment.fill_(step);
            writer.Take(wait: true);

            using var saved = zeros(1 << 24);
            store.Restore(store.Read(step), new([new("weight", saved)], []));
            Assert.Equal((step - 1f, step - 1f), (saved.min().item<float>(), saved.max().item<float>()));
        }
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_copied_fails_when_it_is_taken()
    {
        using var writer = new CheckpointWriter(new CheckpointStore(scratch["checkpoints"]), seed: 3);
        var weight = zeros(4);
        weight.Dispose();

        writer.Begin(
            Scratch.ShapeOf("gpt2"), new([new("weight", weight)], []), new TrainingState { Step = 1 }, Stopwatch.GetTimestamp());
        writer.WaitUntilCopied();

        Assert.ThrowsAny<Exception>(() => writer.Take(wait: true));
    }

    public void Dispose() => scratch.Dispose();
}
