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
using Trainyard.Bench.Training;

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
    new EventFiles(),
];

if (args is [] || benchmarks.SingleOrDefault(candidate => candidate.Name == args[0]) is not { } benchmark)
{
    Console.WriteLine("dotnet run -c Release --project bench -- NAME [--option value]...");
    foreach (var available in benchmarks)
    {
        Console.WriteLine($"  {available.Name,-14} {available.Summary}");
    }
    return args is [] ? 0 : 1;
}

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
    await benchmark.RunAsync(BenchmarkOptions.Parse([.. args.Skip(1)]), report, stop.Token);
    return Environment.ExitCode;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    report.Note("Interrupted.");
    return 1;
}
