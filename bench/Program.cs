using System.CommandLine;
using System.Runtime.InteropServices;
using Trainyard.Bench;
using Trainyard.Bench.Chaos;
using Trainyard.Bench.Files;
using Trainyard.Bench.Ingest;
using Trainyard.Bench.Live;
using Trainyard.Bench.Reliability;
using Trainyard.Bench.Reporting;
using Trainyard.Bench.Store;
using Trainyard.Bench.Sweeps;
using Trainyard.Bench.Tokenizers;
using Trainyard.Bench.Training;
using Trainyard.Bench.Training.Speed;
using Trainyard.ServiceDefaults.Commands;

IBenchmark[] benchmarks =
[
    new SinglePosts(),
    new PointBatches(),
    new Tpe(),
    new StoreWrites(),
    new HistoryReads(),
    new RunDeletes(),
    new RunLists(),
    new LiveLatency(),
    new LiveFanout(),
    new Scale(),
    new FaultTable(),
    new ChaosCommand(),
    new TrainingMemory(),
    new TrainingPauses(),
    new TrainSpeed(),
    new TrainSteps(),
    new GenerateSpeed(),
    new GenerateSteps(),
    new EventFiles(),
    new TokenizerSpeed(),
];

var root = new HostCommand("Measures Trainyard: dotnet run -c Release --project bench -- NAME [options]", withSettings: false);
foreach (var benchmark in benchmarks)
{
    root.Add(CommandOf(benchmark));
}
return await root.RunAsync(args is [] ? ["--help"] : args);

static Command CommandOf(IBenchmark benchmark)
{
    var command = new Command(benchmark.Name, benchmark.Summary);
    foreach (var option in benchmark.Options)
    {
        command.Add(option);
    }
    command.SetAction((options, _) => RunAsync(benchmark, options));
    return command;
}

static async Task<int> RunAsync(IBenchmark benchmark, ParseResult options)
{
    using var stop = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });
    var report = new Report(Console.Out);
    report.Title(benchmark);
    try
    {
        await benchmark.RunAsync(options, report, stop.Token);
        return Environment.ExitCode;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        report.Note("Interrupted.");
        return 1;
    }
}
