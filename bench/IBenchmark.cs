using System.CommandLine;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench;

/// <summary>A measurement, compared with a limit or a peer in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>The command after <c>bench --</c>.</summary>
    string Name { get; }

    string Summary { get; }

    IEnumerable<Option> Options { get; }

    Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken);
}
