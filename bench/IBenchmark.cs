using Trainyard.Bench.Reporting;

namespace Trainyard.Bench;

/// <summary>One thing measured, against its limit or a peer in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>What is typed after <c>bench --</c>.</summary>
    string Name { get; }

    string Summary { get; }

    Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken);
}
