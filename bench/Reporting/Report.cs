using System.Globalization;
using System.Runtime.InteropServices;

namespace Trainyard.Bench.Reporting;

/// <summary>Prints results as a Markdown table, row by row.</summary>
internal sealed class Report(TextWriter output)
{
    public void Title(IBenchmark benchmark)
    {
        output.WriteLine($"## {benchmark.Name}: {benchmark.Summary}");
        var system = $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}";
        output.WriteLine($"{Environment.ProcessorCount} cores, {system}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC");
    }

    public void Note(string text) => output.WriteLine(text);

    public void Columns(params string[] names)
    {
        output.WriteLine();
        output.WriteLine($"| {string.Join(" | ", names)} |");
        output.WriteLine($"|{string.Concat(names.Select(_ => "---|"))}");
    }

    public void Row(params object[] cells) => output.WriteLine($"| {string.Join(" | ", cells.Select(Cell))} |");

    private static string Cell(object cell) => cell switch
    {
        double number => number.ToString(Math.Abs(number) >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture),
        int or long => ((IFormattable)cell).ToString("N0", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };
}
