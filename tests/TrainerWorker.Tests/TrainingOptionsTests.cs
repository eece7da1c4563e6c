using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Harness;
using Trainyard.Models.Optimization;
using Trainyard.Models.Runs;

namespace Trainyard.TrainerWorker.Tests;

public class TrainingOptionsTests(RedisServer redis)
{
    [Fact]
    public async Task A_run_with_every_option_reports_its_series_and_records_what_it_did()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var id = await host.QueueAsync(WorkerHost.Config with
        {
            MaxSteps = null,
            NumEpochs = 1,
            BatchSize = 32,
            LrSchedule = "wsd",
            LrDecayFraction = 0.5,
            Optimizer = "muon",
            LabelSmoothing = 0.1,
            ZLoss = 1e-4,
            EmaDecay = 0.9,
            CurriculumStartLen = 4,
            CurriculumSteps = 5,
            SpectralNorm = true,
            SpectralNormLayers = "*.mlp.*",
            SpectralNormIterations = 2,
            EarlyStoppingPatience = 100,
            EarlyStoppingMinDelta = 0.01,
            LossSpikeThreshold = 8,
            LossSpikeRollback = true,
            StatsEvery = 2,
        });
        var ended = await host.EndOfAsync(id);
        var series = host.Store.EventsOf(id).OfType<MetricsLogged>().SelectMany(metrics => metrics.Measurements.Keys).ToHashSet();
        var manifest = RunManifest.Read(host.RunFolder(id).Manifest);

        Assert.Equal(RunStatus.Completed, ended.Status);
        Assert.Superset(
            new HashSet<string>
            {
                "train_loss", "train_ppl", "epoch/loss", "val_loss", "samples_per_second", "tokens_per_second", "stats/grad_norm",
                "stats/weight_norm/block_0", "stats/activation_rms/block_0",
            },
            series);
        Assert.Equal(["transformer.h.0.mlp.c_fc", "transformer.h.0.mlp.c_proj"], manifest?.NormalisedLayers);
        Assert.Equal(
            (LearningRateDecay.Wsd, 0.5, OptimizerKind.Muon, 0.1, 1e-4, 0.9, 4, 5L),
            (manifest?.Plan.LearningRateDecay, manifest?.Plan.DecayShare, manifest?.Plan.Optimizer, manifest?.Plan.LabelSmoothing,
                manifest?.Plan.ZLoss, manifest?.Plan.EmaDecay, manifest?.Plan.Curriculum?.StartLength, manifest?.Plan.Curriculum?.Steps));
        Assert.Equal(
            ("*.mlp.*", 2, 0.01, 8.0, true, 2),
            (manifest?.Plan.SpectralNorm?.Layers, manifest?.Plan.SpectralNorm?.Iterations, manifest?.Plan.EarlyStoppingMinDelta,
                manifest?.Plan.LossSpikeThreshold, manifest?.Plan.LossSpikeRollback, manifest?.Plan.StatsEvery));
    }
}
